#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lw {

enum class Isa : uint8_t { kBaseline = 0, kAvx2 = 1, kAvx512 = 2 };
const char* isaName(Isa isa);

/// The instructions that multiply bfloat16: AVX512-BF16's vdpbf16ps, or the tiles of AMX-BF16.
enum class Bf16Isa : uint8_t { kNone = 0, kAvx512Bf16 = 1, kAmx = 2 };
const char* bf16IsaName(Bf16Isa isa);

struct CpuInfo {
  Isa best = Isa::kBaseline;    ///< the widest that both the CPU and the OS support, over the exact union of
                                ///< the build's flags
  Isa chosen = Isa::kBaseline;  ///< best, capped by LAYERWISE_MAX_ISA
  Bf16Isa bf16 = Bf16Isa::kNone;  ///< the fastest that CPU and OS have where `chosen` is AVX-512, capped by
                                  ///< LAYERWISE_MAX_BF16
  std::vector<std::string> features;
  int64_t l1 = 32 << 10, l2 = 512 << 10,
          l3 = 8 << 20;          ///< bytes: data cache of a core, of a core, of all cores
  bool shortStoreQueue = false;  ///< a burst of stores that miss L1 stalls: ask for their lines in time
};

/// Read once. LAYERWISE_MAX_ISA=baseline|avx2|avx512 and LAYERWISE_MAX_BF16=avx512bf16|amx cap the choices;
/// any other value throws Error(kArgument).
const CpuInfo& cpuInfo();

/// Asks the OS for the state of AMX's tiles, at the first call: a process that never multiplies bfloat16 must
/// not have its threads' signal stacks held to the size that the tiles need. False: this process may not use
/// them.
bool requestAmx();

}  // namespace lw
