/** How wide lines may get: `COLUMNS` if the user sets it, else the terminal's width up to 120, else 80. */
export function columns(): number {
  const { COLUMNS = "" } = process.env;
  return /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : Math.min(process.stdout.columns || 80, 120);
}
