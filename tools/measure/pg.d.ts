/** The part of the `pg` package that is used here; the package itself is installed by `npm run measure` only. */
declare module "pg" {
  export interface Row {
    readonly [column: string]: unknown;
  }
  export interface Result {
    readonly rows: readonly Row[];
  }
  export class Client {
    constructor(options: {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly database: string;
    });
    readonly processID: number;
    connect(): Promise<void>;
    /** Of several statements in one text: `query<readonly Result[]>(…)`. */
    query<R = Result>(text: string, values?: readonly unknown[]): Promise<R>;
    /** Idle, in a transaction, or in one that has failed; null: no answer so far. */
    getTransactionStatus(): "I" | "T" | "E" | null;
    /** Tells of protocol messages: one `commandComplete` for each statement that has ended. */
    readonly connection: { on(event: "commandComplete", listen: () => void): void };
    end(): Promise<void>;
    on(event: "notice", listen: (notice: { readonly message: string }) => void): void;
    on(event: "error", listen: (error: Error) => void): void;
  }
}
