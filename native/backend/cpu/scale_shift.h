#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsScaleShift(const Op& op);
std::unique_ptr<Prepared> prepareScaleShift(const Op& op, const PrepareContext& context);

}  // namespace lw
