const counters = new Map<string, number>();

/** Keras's snake_case of a class name: `Conv2DTranspose` is `conv2d_transpose`, `ReLU` is `re_lu`. */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** The next free automatic name: `conv2d`, `conv2d_1`, ... counted over the process. */
export function automaticName(className: string): string {
  const base = snakeCase(className);
  const count = counters.get(base) ?? 0;
  counters.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

/** Restarts automatic names, so that a second model of a program gets the names of the first. */
export function resetNames(): void {
  counters.clear();
}
