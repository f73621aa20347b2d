#include "base/cpu_info.h"

#include <cstdlib>

#include "base/error.h"

#if defined(__linux__)
#include <unistd.h>
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
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  if (!__builtin_cpu_supports("sse4.2"))
    throw Error(Code::kNative, "this processor has no SSE4.2, which Layerwise needs");
  info.shortStoreQueue = __builtin_cpu_is("amd");
  info.best = avx512 ? Isa::kAvx512 : avx2 ? Isa::kAvx2 : Isa::kBaseline;
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

}  // namespace

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
    return result;
  }();
  return info;
}

}  // namespace lw
