#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsPool(const Op& op);
std::unique_ptr<Prepared> preparePool(const Op& op, const PrepareContext& context);

}  // namespace lw
