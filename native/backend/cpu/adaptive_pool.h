#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsAdaptivePool(const Op& op);
std::unique_ptr<Prepared> prepareAdaptivePool(const Op& op, const PrepareContext& context);

}  // namespace lw
