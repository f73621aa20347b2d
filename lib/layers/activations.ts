import { stateError } from '../errors.js';
import { type ActivationSpec, applyActivation, type FusedActivation, fusedActivation } from '../ops/activations.js';
import type { Activation } from '../ops/fused.js';
import type { Tensor } from '../tensor/tensor.js';

/** What a layer's `activation` option takes: a name, a name with its parameters, a function of a tensor, or nothing. */
export type ActivationOption = ActivationSpec | null;

/** The option as it is, after a check that its name is known. */
export function activationOption(label: string, option: unknown): ActivationOption {
  fusedActivation(label, option as ActivationOption | undefined);
  return (option ?? null) as ActivationOption;
}

/**
 * The activation of a layer in two parts: what its last node computes on the way out, and what comes after that node
 * (softmax, functions).
 */
export function splitActivation(
  label: string,
  activation: ActivationOption,
): { readonly fused: Activation | null; readonly after: (x: Tensor) => Tensor } {
  const attrs = fusedActivation(label, activation);
  if (attrs === undefined) return { fused: null, after: (x) => applyActivation(x, activation, label) };
  const { activation: name, ...constants } = attrs as FusedActivation;
  return { fused: name === undefined ? null : ({ name, ...constants } as Activation), after: (x) => x };
}

/** The JSON-able form of an activation. @throws ERR_STATE for a function, which has none */
export function activationConfig(label: string, activation: ActivationOption): unknown {
  if (typeof activation !== 'function') return typeof activation === 'string' ? activation : activation && { ...activation };
  throw stateError(label, 'an activation that is a function cannot be saved', undefined, 'Use the name of an activation');
}
