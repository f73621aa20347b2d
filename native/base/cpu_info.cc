#include "base/cpu_info.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#if defined(__x86_64__) || defined(_M_X64)
#include <cpuid.h>
#endif

namespace lw {
namespace {

void readCaches(CpuInfo& info) {
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  const auto read = [](int name, int64_t& bytes) {
    const long value = sysconf(name);
    if (value > 0) bytes = value;
  };
  read(_SC_LEVEL1_DCACHE_SIZE, info.l1);
  read(_SC_LEVEL2_CACHE_SIZE, info.l2);
  read(_SC_LEVEL3_CACHE_SIZE, info.l3);
#endif
  (void)info;
}

#if defined(__x86_64__) || defined(_M_X64)
#define LW_FEATURE(name) \
  if (__builtin_cpu_supports(name)) info.features.push_back(name)

/// AMX-BF16 in the CPU, and its tiles among the state that the OS saves; only on Linux can a process ask for
/// them. The compiler's run time knows no name for this that all compilers share.
bool hasAmx() {
#if defined(__linux__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kXsave = 1u << 27, kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;  // CPUID 1 ecx, 7 edx
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & kXsave) == 0) return false;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & kAmxBf16) == 0 || (d & kAmxTile) == 0) return false;
  unsigned low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  constexpr unsigned kTiles = 3u << 17;  // configuration and data
  return (low & kTiles) == kTiles;
#else
  return false;
#endif
}

/// The compiler's run time asks XGETBV too, so a feature that the OS does not save is not reported.
void readFeatures(CpuInfo& info) {
  __builtin_cpu_init();
  LW_FEATURE("sse4.2");
  LW_FEATURE("avx");
  LW_FEATURE("avx2");
  LW_FEATURE("fma");
  LW_FEATURE("avx512f");
  LW_FEATURE("avx512bw");
  LW_FEATURE("avx512cd");
  LW_FEATURE("avx512dq");
  LW_FEATURE("avx512vl");
  LW_FEATURE("avx512bf16");
  const bool amx = hasAmx();
  if (amx) info.features.push_back("amx-bf16");
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  if (!__builtin_cpu_supports("sse4.2"))
    throw Error(Code::kNative, "this processor has no SSE4.2, which Layerwise needs");
  info.shortStoreQueue = __builtin_cpu_is("amd");
  info.best = avx512 ? Isa::kAvx512 : avx2 ? Isa::kAvx2 : Isa::kBaseline;
  if (avx512 && __builtin_cpu_supports("avx512bf16")) info.bf16 = amx ? Bf16Isa::kAmx : Bf16Isa::kAvx512Bf16;
}
#else
void readFeatures(CpuInfo& info) {
  info.best = Isa::kBaseline;
  info.shortStoreQueue = true;
}
#endif

Isa capped(Isa best) {
  const char* text = std::getenv("LAYERWISE_MAX_ISA");
  if (text == nullptr || *text == 0) return best;
  const std::string name = text;
  for (const Isa isa : {Isa::kBaseline, Isa::kAvx2, Isa::kAvx512})
    if (name == isaName(isa)) return isa < best ? isa : best;
  throw Error(Code::kArgument,
              "LAYERWISE_MAX_ISA must be baseline, avx2 or avx512. Received \"" + name + "\".");
}

Bf16Isa cappedBf16(const CpuInfo& info) {
  const char* text = std::getenv("LAYERWISE_MAX_BF16");
  const std::string name = text == nullptr ? "" : text;
  Bf16Isa most = Bf16Isa::kAmx;
  if (!name.empty() && name != bf16IsaName(most)) {
    most = Bf16Isa::kAvx512Bf16;
    if (name != bf16IsaName(most))
      throw Error(Code::kArgument,
                  "LAYERWISE_MAX_BF16 must be avx512bf16 or amx. Received \"" + name + "\".");
  }
  if (info.chosen != Isa::kAvx512) return Bf16Isa::kNone;
  return std::min(info.bf16, most);
}

}  // namespace

const char* bf16IsaName(Bf16Isa isa) {
  switch (isa) {
    case Bf16Isa::kAmx:
      return "amx";
    case Bf16Isa::kAvx512Bf16:
      return "avx512bf16";
    case Bf16Isa::kNone:
      return "none";
  }
  return "?";
}

bool requestAmx() {
#if defined(__linux__) && defined(__x86_64__)
  static const bool granted = [] {
    constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
    return cpuInfo().bf16 == Bf16Isa::kAmx && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
  }();
  return granted;
#else
  return false;
#endif
}

const char* isaName(Isa isa) {
  switch (isa) {
    case Isa::kAvx512:
      return "avx512";
    case Isa::kAvx2:
      return "avx2";
    case Isa::kBaseline:
      return "baseline";
  }
  return "?";
}

const CpuInfo& cpuInfo() {
  static const CpuInfo info = [] {
    CpuInfo result;
    readFeatures(result);
    readCaches(result);
    result.chosen = capped(result.best);
    result.bf16 = cappedBf16(result);
    return result;
  }();
  return info;
}

}  // namespace lw
