#pragma once

#include <cstdint>
#include <vector>

#include "plan/schedule.h"

namespace lw {

enum class Place : uint8_t {
  kNone,      ///< never materialised (a packed weight), or dead
  kInput,     ///< the caller's input number `index`
  kOutput,    ///< the caller's output number `index`
  kConstant,  ///< the weight with the value id `index`, kept as it is when something reads it so
  kArena,     ///< at `offset` of the run's arena, a part of the batch
  kLocal,     ///< at `offset` of the thread's workspace, one micro-batch
};

struct Slot {
  Place place = Place::kNone;
  int index = 0;
  int64_t offset = 0;
  bool operator==(const Slot&) const = default;
};

struct MemoryPlan {
  std::vector<Slot> slots;  ///< per value
  int64_t arenaBytes = 0, localBytes = 0;
  /// Values that must be copied into an output, because they are an input, a weight, or another output
  /// already: (value, output number).
  std::vector<std::pair<int, int>> copies;
};

/// Places every value. Values share memory when their lifetimes do not meet; reshape shares its input's;
/// elementwise ops write in place, convolutions over their residual where `overResidual`, per node, has it.
MemoryPlan planMemory(const Graph& graph, const Schedule& schedule, const std::vector<bool>& overResidual);

}  // namespace lw
