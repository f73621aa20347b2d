#pragma once

namespace lw {

/// Measured now, on all threads of the pool: what every "percent of the limit" is a percentage of.
struct Limits {
  double peakGflops = 0;  ///< float32 multiply-adds in registers, counted twice
  double copyGBs = 0;  ///< a copy between buffers far larger than the caches: bytes read plus bytes written
};

/// Takes about a second.
Limits measureLimits();

}  // namespace lw
