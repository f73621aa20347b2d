#pragma once

#include "backend/backend.h"

/// One door for each op; each is in the file of its name.
namespace lw::cuda {

std::unique_ptr<Prepared> prepareBinary(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareCast(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareConcat(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareConv(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareConvTranspose(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareCopy(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareGather(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareMatmul(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> preparePad(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareNormalize(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareAdaptivePool(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> preparePool(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareReduce(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareScaleShift(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareSelect(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareSoftmax(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareUnary(const Op& op, const PrepareContext& context);

/// As Backend::storage; of the ops that are not here all operands lie as they are.
Storage adaptivePoolStorage(const Op& op, size_t operand);
Storage binaryStorage(const Op& op, size_t operand);
Storage convStorage(const Op& op, size_t operand);
Storage matmulStorage(const Op& op, size_t operand);
Storage poolStorage(const Op& op, size_t operand);
Storage reduceStorage(const Op& op, size_t operand);
Storage scaleShiftStorage(const Op& op, size_t operand);
Storage unaryStorage(const Op& op, size_t operand);

}  // namespace lw::cuda
