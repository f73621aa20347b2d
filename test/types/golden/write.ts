import type { SeenCall } from './record.js';

const HEAD = `// Written by test/types/golden.test.ts from the golden cases: what was computed must be what types infer.
import * as lw from '../../lib/index.js';
import type { Equal, Expect } from '../../test/types/equal.js';

type ShapeOf<T> = T extends { readonly shape: infer S } ? Plain<S> : Plain<T>;
type DTypeOf<T> = T extends { readonly dtype: infer D } ? D : undefined;
type Plain<S> = { -readonly [K in keyof S]: S[K] };
declare const tensor: <const S extends lw.Shape, D extends lw.DType>() => lw.Tensor<S, D>;
declare const symbol: <const S extends lw.Shape, D extends lw.DType>() => lw.SymbolicTensor<S, D>;
`;

/** Calls that types refuse and the library answers, as Keras does: a Dense on a map. */
export const refused = ({ callee, shape }: SeenCall): boolean => callee === 'Dense' && shape.length > 3;

/** A module that compiles when every call has the type of what it gave. */
export function goldenModule(calls: readonly SeenCall[]): string {
  const lines = calls.flatMap((call, index) => {
    const { code, shape, dtype } = call;
    if (refused(call)) return ['// @ts-expect-error a map is no vector', `export const r${index} = ${code};`];
    const wanted = `[[${shape.map(String).join(', ')}], ${dtype === undefined ? 'undefined' : `'${dtype}'`}]`;
    return [
      `const r${index} = ${code};`,
      `export type T${index} = Expect<Equal<[ShapeOf<typeof r${index}>, DTypeOf<typeof r${index}>], ${wanted}>>;`,
    ];
  });
  return `${HEAD}\n${lines.join('\n')}\n`;
}
