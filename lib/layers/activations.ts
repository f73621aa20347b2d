import { stateError } from '../errors.js';
import { type ActivationSpec, fusedActivation } from '../ops/activations.js';

/** What a layer's `activation` option takes: a name, a name with its parameters, a function of a tensor, or nothing. */
export type ActivationOption = ActivationSpec | null;

/** The option as it is, after a check that its name is known. */
export function activationOption(label: string, option: unknown): ActivationOption {
  fusedActivation(label, option as ActivationOption | undefined);
  return (option ?? null) as ActivationOption;
}

/** The JSON-able form of an activation. @throws ERR_STATE for a function, which has none */
export function activationConfig(label: string, activation: ActivationOption): unknown {
  if (typeof activation !== 'function')
    return typeof activation === 'string' ? activation : activation && { ...activation };
  throw stateError(
    label,
    'an activation that is a function cannot be saved',
    undefined,
    'Use the name of an activation',
  );
}
