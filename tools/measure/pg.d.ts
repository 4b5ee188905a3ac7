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
    query(text: string, values?: readonly unknown[]): Promise<Result>;
    end(): Promise<void>;
    on(event: "notice", listen: (notice: { readonly message: string }) => void): void;
    on(event: "error", listen: (error: Error) => void): void;
  }
}
