#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "backend/cuda/queue.h"

// How kernels are written, so that one source runs on a GPU and, compiled for the host, in the tests of a
// machine without one. nvcc compiles the files of this folder for the device; any C++ compiler compiles them
// for the host, where a "launch" does the blocks one after the other.
//
// A kernel of items is a functor: operator()(int64_t i) const, LW_HD, for each item by itself.
//
// A kernel of blocks has
//   static constexpr int kThreads;
//   struct Shared {...};   what the threads of a block share; not initialised
//   struct State {...};    a thread's registers; not initialised
//   template <class Block> LW_HD void operator()(Block& block) const;
// whose body is a sequence of phases, block.each([&](int thread, State& state) {...}), with block.sync()
// between phases where a thread reads what others have written. Control flow around phases must be the same
// for all threads of the block.
#if defined(__CUDACC__)
#define LW_HD __host__ __device__ __forceinline__
#define LW_UNROLL_LOOP _Pragma("unroll")
#else
#define LW_HD inline __attribute__((always_inline))
#define LW_UNROLL_LOOP _Pragma("GCC unroll 64")
#endif

namespace lw::cuda {

struct Grid {
  int64_t x = 1, y = 1, z = 1;
};

#if defined(__CUDACC__)

template <class Kernel>
class DeviceBlock {
 public:
  using Shared = typename Kernel::Shared;
  using State = typename Kernel::State;
  __device__ __forceinline__ DeviceBlock(Shared& shared, State& state) : shared_(shared), state_(state) {}
  __device__ __forceinline__ Shared& shared() { return shared_; }
  __device__ __forceinline__ int64_t x() const { return blockIdx.x; }
  __device__ __forceinline__ int64_t y() const { return blockIdx.y; }
  __device__ __forceinline__ int64_t z() const { return blockIdx.z; }
  template <class Body>
  __device__ __forceinline__ void each(Body&& body) {
    body(static_cast<int>(threadIdx.x), state_);
  }
  __device__ __forceinline__ void sync() { __syncthreads(); }
  /// Sums of `value(state)` over the 32 threads of a warp, given to each of them as put(state, sum). Any
  /// associative `join`.
  template <class Value, class Join, class Put>
  __device__ __forceinline__ void joinWarp(Value&& value, Join&& join, Put&& put) {
    auto v = value(state_);
    LW_UNROLL_LOOP for (int step = 16; step > 0; step /= 2) v = join(v, shuffle(v, step));
    put(state_, v);
  }
  /// The same over groups of `lanes` neighbours: a power of two up to 32.
  template <class Value, class Join, class Put>
  __device__ __forceinline__ void joinLanes(int lanes, Value&& value, Join&& join, Put&& put) {
    auto v = value(state_);
    for (int step = lanes / 2; step > 0; step /= 2) v = join(v, shuffle(v, step));
    put(state_, v);
  }

 private:
  template <class T>
  __device__ __forceinline__ static T shuffle(T value, int step) {
    static_assert(sizeof(T) % 4 == 0 && std::is_trivially_copyable_v<T>);
    unsigned words[sizeof(T) / 4];
    memcpy(words, &value, sizeof(T));
    for (unsigned& word : words) word = __shfl_xor_sync(0xffffffffu, word, step);
    memcpy(&value, words, sizeof(T));
    return value;
  }
  Shared& shared_;
  State& state_;
};

template <class Kernel>
__global__ void __launch_bounds__(Kernel::kThreads) runBlock(const __grid_constant__ Kernel kernel) {
  extern __shared__ __align__(1024) unsigned char memory[];
  typename Kernel::State state;
  DeviceBlock<Kernel> block(*reinterpret_cast<typename Kernel::Shared*>(memory), state);
  kernel(block);
}

template <class Kernel>
void launch(RunContext& context, const Kernel& kernel, Grid grid) {
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
  constexpr int bytes = std::is_empty_v<typename Kernel::Shared> ? 0 : sizeof(typename Kernel::Shared);
  launchBlocks(context, reinterpret_cast<const void*>(&runBlock<Kernel>), &kernel, Kernel::kThreads, bytes,
               grid.x, grid.y, grid.z);
}

template <class Items>
__global__ void __launch_bounds__(256) runItems(const __grid_constant__ Items items, int64_t count) {
  const int64_t step = int64_t{256} * gridDim.x;
  for (int64_t i = int64_t{256} * blockIdx.x + threadIdx.x; i < count; i += step) items(i);
}

/// items(i) for each i < count, in any order and at the same time.
template <class Items>
void forEach(RunContext& context, int64_t count, const Items& items) {
  if (count > 0) launchItems(context, reinterpret_cast<const void*>(&runItems<Items>), &items, count);
}

#else

template <class Kernel>
class HostBlock {
 public:
  using Shared = typename Kernel::Shared;
  using State = typename Kernel::State;
  HostBlock() : shared_(1), states_(Kernel::kThreads) {}
  void start(int64_t x, int64_t y, int64_t z) {
    x_ = x, y_ = y, z_ = z;
    // What a kernel reads before it has written it is no number.
    std::memset(static_cast<void*>(shared_.data()), 0xff, sizeof(Shared));
    std::memset(static_cast<void*>(states_.data()), 0xff, sizeof(State) * states_.size());
  }
  Shared& shared() { return shared_[0]; }
  int64_t x() const { return x_; }
  int64_t y() const { return y_; }
  int64_t z() const { return z_; }
  template <class Body>
  void each(Body&& body) {
    for (int thread = 0; thread < Kernel::kThreads; ++thread)
      body(thread, states_[static_cast<size_t>(thread)]);
  }
  void sync() {}
  template <class Value, class Join, class Put>
  void joinWarp(Value&& value, Join&& join, Put&& put) {
    static_assert(Kernel::kThreads % 32 == 0);
    using T = std::decay_t<decltype(value(states_[0]))>;
    for (int warp = 0; warp < Kernel::kThreads; warp += 32) {
      T lanes[32], next[32];
      for (int i = 0; i < 32; ++i) lanes[i] = value(states_[static_cast<size_t>(warp + i)]);
      for (int step = 16; step > 0; step /= 2) {
        for (int i = 0; i < 32; ++i) next[i] = join(lanes[i], lanes[i ^ step]);
        std::copy_n(next, 32, lanes);
      }
      for (int i = 0; i < 32; ++i) put(states_[static_cast<size_t>(warp + i)], lanes[i]);
    }
  }
  template <class Value, class Join, class Put>
  void joinLanes(int lanes, Value&& value, Join&& join, Put&& put) {
    using T = std::decay_t<decltype(value(states_[0]))>;
    for (int group = 0; group < Kernel::kThreads; group += lanes) {
      T values[32], next[32];
      for (int i = 0; i < lanes; ++i) values[i] = value(states_[static_cast<size_t>(group + i)]);
      for (int step = lanes / 2; step > 0; step /= 2) {
        for (int i = 0; i < lanes; ++i) next[i] = join(values[i], values[i ^ step]);
        std::copy_n(next, lanes, values);
      }
      for (int i = 0; i < lanes; ++i) put(states_[static_cast<size_t>(group + i)], values[i]);
    }
  }
  /// Of the warp that begins at `thread`: for what a warp does together (mma.h).
  State& state(int thread) { return states_[static_cast<size_t>(thread)]; }

 private:
  std::vector<Shared> shared_;
  std::vector<State> states_;
  int64_t x_ = 0, y_ = 0, z_ = 0;
};

template <class Kernel>
void launch(RunContext& queue, const Kernel& kernel, Grid grid) {
  static_assert(std::is_trivially_copyable_v<Kernel>, "a kernel travels to the device as bytes");
  doOnHost(queue, [kernel, grid] {
    HostBlock<Kernel> block;
    for (int64_t z = 0; z < grid.z; ++z)
      for (int64_t y = 0; y < grid.y; ++y)
        for (int64_t x = 0; x < grid.x; ++x) block.start(x, y, z), kernel(block);
  });
}

template <class Items>
void forEach(RunContext& queue, int64_t count, const Items& items) {
  static_assert(std::is_trivially_copyable_v<Items>, "a kernel travels to the device as bytes");
  doOnHost(queue, [items, count] {
    for (int64_t i = 0; i < count; ++i) items(i);
  });
}

#endif

}  // namespace lw::cuda
