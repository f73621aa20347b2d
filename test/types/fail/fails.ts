/** A call that the compiler refuses with a message, and that throws an error whose message begins with it. */
export interface FailingRow {
  readonly message: string;
  readonly call: () => unknown;
}

/** A row of the tables of this folder. They are not part of the project: nothing in them compiles. */
export const fails = (message: string, call: () => unknown): FailingRow => ({ message, call });
