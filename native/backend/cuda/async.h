#pragma once

#include "backend/cuda/block.h"

// Copies from global to shared memory that a thread asks for and goes on. On the host they are done at once.
namespace lw::cuda {

/// kBytes (4, 8 or 16, as both addresses are aligned to), or zeros where not `inside`; `from` is then not
/// read, but has to be an address all the same.
template <int kBytes>
LW_HD void copyAsync(void* shared, const void* from, bool inside) {
  static_assert(kBytes == 4 || kBytes == 8 || kBytes == 16);
#if defined(__CUDA_ARCH__)
  const unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  const int bytes = inside ? kBytes : 0;
  if constexpr (kBytes == 16)  // past the L1 cache, which keeps nothing for the next tile anyway
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(bytes) : "memory");
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], %3, %2;" ::"r"(to), "l"(from), "r"(bytes), "n"(kBytes)
                 : "memory");
#else
  if (inside)
    memcpy(shared, from, kBytes);
  else
    memset(shared, 0, kBytes);
#endif
}

/// Ends a group of copies, which may be empty.
LW_HD void commitCopies() {
#if defined(__CUDA_ARCH__)
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

/// Until all groups of this thread but the last kLeft have arrived. Other threads see them after
/// block.sync().
template <int kLeft>
LW_HD void waitCopies() {
#if defined(__CUDA_ARCH__)
  asm volatile("cp.async.wait_group %0;" ::"n"(kLeft) : "memory");
#endif
}

}  // namespace lw::cuda
