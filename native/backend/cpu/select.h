#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsSelect(const Op& op);
std::unique_ptr<Prepared> prepareSelect(const Op& op, const PrepareContext& context);

}  // namespace lw
