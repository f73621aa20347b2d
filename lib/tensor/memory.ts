import { totalmem } from 'node:os';

/** More bytes than the machine (or its container) has: an allocation of that size is refused before it is tried. */
export const memoryLimit = (): number => {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
};
