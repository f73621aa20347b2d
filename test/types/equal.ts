/** Whether two types are the same in both directions, `any`, `never` and `readonly` told apart. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A type that only `true` has: `type Check = Expect<Equal<A, B>>`. */
export type Expect<T extends true> = T;
