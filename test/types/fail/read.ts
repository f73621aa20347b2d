import type { TypeError as CompilerError } from '../compiler.js';

/** A call of `fails` as it is written. */
export interface WrittenRow {
  readonly message: string;
  /** The first line and the last, counted from 1. */
  readonly first: number;
  readonly last: number;
}

const ROW = /^ {2}fails\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/gm;

/** The text of a string literal. */
const unquoted = (literal: string): string =>
  literal.slice(1, -1).replaceAll(/\\(.)/g, (_, character: string) => character);

/** The rows of a table, found in its text. */
export function writtenRows(source: string): WrittenRow[] {
  const lineOf = (index: number) => source.slice(0, index).split('\n').length;
  const found = [...source.matchAll(ROW)];
  return found.map((match, i) => ({
    message: unquoted(match[1] as string),
    first: lineOf(match.index),
    last: lineOf(found[i + 1]?.index ?? source.length) - (i + 1 < found.length ? 1 : 0),
  }));
}

/** The messages of shape errors in what the compiler says. */
const shapeMessages = ({ text }: CompilerError): string[] =>
  [...text.matchAll(/ShapeError<"((?:[^"\\]|\\.)*)">/g)].map(([, message]) =>
    (message as string).replaceAll(/\\(.)/g, (_, character: string) => character),
  );

/** Where the compiler and the table do not agree, in words; `errors` are those of this file. */
export function disagreements(source: string, errors: readonly CompilerError[]): string[] {
  const rows = writtenRows(source);
  const stray = errors.filter(({ line }) => !rows.some(({ first, last }) => line >= first && line <= last));
  const wrong = rows.flatMap(({ message, first, last }) => {
    const said = errors.filter(({ line }) => line >= first && line <= last).flatMap(shapeMessages);
    if (said.length > 0 && said.every((text) => text === message)) return [];
    return [`line ${first}: expected "${message}", the compiler says ${JSON.stringify([...new Set(said)])}`];
  });
  return [...stray.map(({ line, message }) => `line ${line}: not a row: ${message}`), ...wrong];
}
