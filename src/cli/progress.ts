export interface Progress {
  readonly show: (done: number, total: number) => void;
  readonly clear: () => void;
}

/** One line on a terminal's standard error, only when the work lasts longer than a second. */
export function startProgress(stream: NodeJS.WriteStream = process.stderr, now = Date.now): Progress {
  const start = now();
  let shown = 0;
  return {
    show(done, total) {
      const time = now();
      if (!stream.isTTY || time - start < 1000 || time - shown < 100) return;
      shown = time;
      stream.write(`\r${done} of ${total} migrations\u001b[K`);
    },
    clear() {
      if (shown > 0) stream.write("\r\u001b[K");
    },
  };
}
