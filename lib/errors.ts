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

/** Every error thrown by Layerwise. `code` is stable; the message explains the arithmetic and is for people. */
export class LayerwiseError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LayerwiseError';
    this.code = code;
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
  return new LayerwiseError(code, message);
}

export const shapeError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_SHAPE', op, rule, { received, fix });

export const argumentError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_ARGUMENT', op, rule, { received, fix });

export const dtypeError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_DTYPE', op, rule, { received, fix });

export const stateError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_STATE', op, rule, { received, fix });

export const deviceError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_DEVICE', op, rule, { received, fix });

export const formatError = (op: string, rule: string, received?: ErrorDetails['received'], fix?: string) =>
  failure('ERR_FORMAT', op, rule, { received, fix });
