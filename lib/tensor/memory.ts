import { totalmem } from 'node:os';

let limit = 0;

/**
 * More bytes than the machine (or its container) has: an allocation of that size is refused before it is tried.
 * Asked for once, because the answer costs 30 microseconds of reading files.
 */
export function memoryLimit(): number {
  if (limit === 0) {
    const constrained = process.constrainedMemory?.() ?? 0;
    limit = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  }
  return limit;
}
