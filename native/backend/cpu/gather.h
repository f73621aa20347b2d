#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsGather(const Op& op);
std::unique_ptr<Prepared> prepareGather(const Op& op, const PrepareContext& context);

}  // namespace lw
