#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsNormalize(const Op& op);
std::unique_ptr<Prepared> prepareNormalize(const Op& op, const PrepareContext& context);

}  // namespace lw
