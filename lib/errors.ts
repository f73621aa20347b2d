/** The stable codes an error of Layerwise can carry in `error.code`. */
export type ErrorCode =
  | 'ERR_SHAPE'
  | 'ERR_DTYPE'
  | 'ERR_ARGUMENT'
  | 'ERR_DEVICE'
  | 'ERR_STATE'
  | 'ERR_FORMAT'
  | 'ERR_NATIVE'
  | 'ERR_ABORTED';

/** The text that an error explains itself with, made when it is read. */
export type Explain = () => string;

/** Every error thrown by Layerwise. `code` is stable; the message explains the arithmetic and is for people. */
export class LayerwiseError extends Error {
  readonly code: ErrorCode;
  #explain: Explain | undefined;
  #explanation: string | undefined;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { readonly explain?: Explain }) {
    super(message, options);
    this.name = 'LayerwiseError';
    this.code = code;
    this.#explain = options?.explain;
  }

  /**
   * The arithmetic behind the rule that failed, and what would fit instead, over several lines. Made when it is first
   * read; undefined where the message says all there is to say.
   *
   * @example
   * try {
   *   reshape(zeros([2, 15]), [-1, 8]);
   * } catch (error) {
   *   console.log(error.explanation); // [2, 15] holds 2 x 15 = 30 elements. ...
   * }
   */
  get explanation(): string | undefined {
    if (this.#explain !== undefined) {
      this.#explanation = this.#explain();
      this.#explain = undefined;
    }
    return this.#explanation;
  }
}

/** Formats a received value the way messages show it: shapes as `[null, 5]`, strings quoted, long arrays cut. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) {
    const items = value.length > 16 ? [...value.slice(0, 16).map(show), '...'] : value.map(show);
    return `[${items.join(', ')}]`;
  }
  if (value === null || value === undefined || typeof value !== 'object') return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Uint8Array).length ?? ''})`;
  const name = value.constructor?.name;
  if (name && name !== 'Object') return name;
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}: ${show(item)}`)
    .join(', ')}}`;
}

/** What an error says besides the rule: the values received by name, and how to fix it when that is known. */
export interface ErrorDetails {
  readonly received?: Readonly<Record<string, unknown>>;
  readonly fix?: string;
  /** The arithmetic and what would fit, made when it is read. */
  readonly explain?: Explain;
}

/**
 * The one factory of messages: `<op>: <rule>. Received <name>=<value>, ... . <fix>`.
 * @param code stable error code
 * @param op the function or the layer, such as `reshape` or `Conv2D "conv1"`
 * @param rule the rule that failed, without a closing dot
 */
export function failure(
  code: ErrorCode,
  op: string,
  rule: string,
  details: ErrorDetails = {},
): LayerwiseError {
  let message = `${op}: ${rule}.`;
  if (details.received) {
    const parts = Object.entries(details.received).map(([name, value]) => `${name}=${show(value)}`);
    if (parts.length > 0) message += ` Received ${parts.join(', ')}.`;
  }
  if (details.fix) message += ` ${details.fix}${details.fix.endsWith('.') ? '' : '.'}`;
  return new LayerwiseError(code, message, { explain: details.explain });
}

/** `explain`, which may be given here and to `argumentError`, makes the text of `error.explanation`. */
export const shapeError = (
  op: string,
  rule: string,
  received?: ErrorDetails['received'],
  fix?: string,
  explain?: Explain,
) => failure('ERR_SHAPE', op, rule, { received, fix, explain });

export const argumentError = (
  op: string,
  rule: string,
  received?: ErrorDetails['received'],
  fix?: string,
  explain?: Explain,
) => failure('ERR_ARGUMENT', op, rule, { received, fix, explain });

export const dtypeError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_DTYPE', op, rule, { received, fix });

export const stateError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_STATE', op, rule, { received, fix });

export const deviceError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_DEVICE', op, rule, { received, fix });

export const formatError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_FORMAT', op, rule, { received, fix });
