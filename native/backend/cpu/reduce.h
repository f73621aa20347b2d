#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw {

bool supportsReduce(const Op& op);
std::unique_ptr<Prepared> prepareReduce(const Op& op, const PrepareContext& context);

}  // namespace lw
