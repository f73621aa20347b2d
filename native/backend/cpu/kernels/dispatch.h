#pragma once

#include "base/cpu_info.h"

/// A family of kernels is a struct of function pointers, declared in kernels/<family>.h and defined once per
/// ISA in kernels/<family>.cc as `const <Type> <name> = {...}` inside `namespace LW_ISA_NS`. This declares
/// the builds of it and the accessor lw::<name>() that gives the one for this machine.
#if defined(__x86_64__) || defined(_M_X64)
#define LW_KERNEL_FAMILY(Type, name) \
  namespace lw_baseline {            \
  extern const lw::Type name;        \
  }                                  \
  namespace lw_avx2 {                \
  extern const lw::Type name;        \
  }                                  \
  namespace lw_avx512 {              \
  extern const lw::Type name;        \
  }                                  \
  namespace lw {                     \
  inline const Type& name() {        \
    switch (cpuInfo().chosen) {      \
      case Isa::kAvx512:             \
        return lw_avx512::name;      \
      case Isa::kAvx2:               \
        return lw_avx2::name;        \
      default:                       \
        return lw_baseline::name;    \
    }                                \
  }                                  \
  }
#else
#define LW_KERNEL_FAMILY(Type, name)                      \
  namespace lw_baseline {                                 \
  extern const lw::Type name;                             \
  }                                                       \
  namespace lw {                                          \
  inline const Type& name() { return lw_baseline::name; } \
  }
#endif
