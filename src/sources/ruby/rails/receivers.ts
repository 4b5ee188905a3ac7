/** Objects of Rails that calls of a migration are made on. */

/** `dir` of `reversible`. */
export class Direction {
  readonly isDown: boolean;

  constructor(isDown: boolean) {
    this.isDown = isDown;
  }
}

class Connection {
  readonly kind = "connection";
}

/** That of the migration, which records its commands for a rollback. */
export const connection = new Connection();

/** That of a model: a rollback runs its calls as they stand. */
export const direct = new Connection();
