#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lw {

enum class Isa : uint8_t { kBaseline = 0, kAvx2 = 1, kAvx512 = 2 };
const char* isaName(Isa isa);

struct CpuInfo {
  Isa best = Isa::kBaseline;    ///< the widest that both the CPU and the OS support, over the exact union of
                                ///< the build's flags
  Isa chosen = Isa::kBaseline;  ///< best, capped by LAYERWISE_MAX_ISA
  std::vector<std::string> features;
  int64_t l1 = 32 << 10, l2 = 512 << 10,
          l3 = 8 << 20;          ///< bytes: data cache of a core, of a core, of all cores
  bool shortStoreQueue = false;  ///< a burst of stores that miss L1 stalls: ask for their lines in time
};

/// Read once. LAYERWISE_MAX_ISA=baseline|avx2|avx512 caps the choice; any other value throws
/// Error(kArgument).
const CpuInfo& cpuInfo();

}  // namespace lw
