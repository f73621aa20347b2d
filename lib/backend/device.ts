import { oneOf } from '../check.js';
import { DEVICES, type DeviceName } from '../tensor/device.js';
import { addon } from './load.js';
import type { BackendName, GpuInfo } from './native.js';
import { defaultBackend } from './settings.js';

/** A device, or an ERR_ARGUMENT that lists them. */
export const deviceOf = (op: string, value: unknown): DeviceName => oneOf(op, 'device', value, DEVICES);

/** The backend that computes on a device. */
export const backendOn = (device: DeviceName): BackendName => (device === 'cuda' ? 'cuda' : defaultBackend());

/** A kind of device, as `devices` lists it. */
export interface DeviceInfo {
  readonly device: DeviceName;
  readonly available: boolean;
  /** Why it is not available, and what to do; empty when it is. */
  readonly reason: string;
  /** The GPUs of `cuda`, the one that models run on first. */
  readonly gpus: readonly GpuInfo[];
}

/** What there is of one kind of device. */
export function deviceInfo(device: DeviceName): DeviceInfo {
  if (device === 'cpu') return { device, available: true, reason: '', gpus: [] };
  const { gpus, reason } = addon().gpus();
  return { device, available: gpus.length > 0, reason, gpus };
}

/**
 * What tensors can lie and models run on: `cpu` always, `cuda` where the CUDA backend was built and finds a GPU, and why not elsewhere.
 *
 * @example
 * for (const { device, available, reason } of devices()) console.log(device, available, reason);
 */
export function devices(): DeviceInfo[] {
  return DEVICES.map(deviceInfo);
}
