#include "plan/bands.h"

#include <algorithm>

namespace lw {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t roundUp(int64_t a, int64_t b) { return ceilDiv(a, b) * b; }

int64_t linesOf(const TensorDesc& image) { return image.dims[1]; }
int64_t lineBytes(const TensorDesc& image) { return image.bytes() / image.dims[0] / linesOf(image); }

}  // namespace

Bands::Bands(const Graph& graph, const std::vector<const LineOp*>& ops, int first, int last)
    : graph_(graph), first_(first) {
  for (int node = first; node < last; ++node) addMember(node, *ops[static_cast<size_t>(node)]);
  for (Member& member : members_) {
    const Value& value = graph.values[member.out];
    member.leaves =
        value.isOutput || member.readers.empty() || value.consumers.size() > member.readers.size();
    member.ring = !member.leaves;
    for (const Reader& reader : member.readers) {
      const LineOp& by = *members_[reader.member].op;
      member.step = std::max(member.step, by.lineStep());
      if (reader.input == 0 && !by.readsRing()) member.ring = false;
    }
  }
}

void Bands::addMember(int node, const LineOp& op) {
  const Node& n = graph_.nodes[node];
  const TensorDesc& image = n.op.out[0];
  const size_t index = members_.size();
  members_.push_back({&op, n.out[0], linesOf(image), lineBytes(image), op.lineStep()});
  for (size_t i = 0; i < n.in.size(); ++i) {
    const std::optional<LineWindow> window = lineWindow(n.op, i);
    if (!window) continue;
    const int producer = graph_.values[n.in[i]].producer;
    std::vector<Reader>& readers = producer >= first_
                                       ? members_[static_cast<size_t>(producer - first_)].readers
                                       : outside(n.in[i]).readers;
    readers.push_back({index, i, *window});
  }
}

Bands::Outside& Bands::outside(int value) {
  const auto found = std::find_if(outside_.begin(), outside_.end(),
                                  [&](const Outside& other) { return other.value == value; });
  if (found != outside_.end()) return *found;
  const TensorDesc& image = graph_.values[value].desc;
  return outside_.emplace_back(Outside{value, linesOf(image), lineBytes(image)});
}

int64_t Bands::ringOf(const Member& member) const { return roundUp(member.kept, member.step); }

/// The first of H lines that the readers have not done with.
int64_t Bands::firstUnread(const std::vector<Reader>& readers, int64_t H) const {
  int64_t first = H;
  for (const Reader& reader : readers) {
    const Member& by = members_[reader.member];
    if (by.done < by.H) first = std::min(first, reader.window.firstOf(by.done));
  }
  return first;
}

/// Behind the last of H lines that the readers need for what is needed of them.
int64_t Bands::lastNeeded(const std::vector<Reader>& readers, int64_t H) const {
  int64_t last = 0;
  for (const Reader& reader : readers)
    last = std::max(last, reader.window.lastOf(members_[reader.member].need, H));
  return last;
}

void Bands::run(int64_t lines) {
  steps_.clear();
  for (Member& member : members_) member.done = member.kept = member.most = 0;
  for (Outside& value : outside_) value.most = 0;
  const int64_t turns = ceilDiv(lastLines(), lines);
  for (int64_t turn = 1; turn <= turns; ++turn) takeTurn(turn, turns);
}

void Bands::takeTurn(int64_t turn, int64_t turns) {
  for (size_t i = members_.size(); i-- > 0;) {
    Member& member = members_[i];
    int64_t need = lastNeeded(member.readers, member.H);
    if (member.leaves) need = std::max(need, ceilDiv(member.H * turn, turns));
    member.need = std::max(member.done, std::min(member.H, roundUp(need, member.op->lineStep())));
  }
  for (Outside& value : outside_)
    value.most =
        std::max(value.most, lastNeeded(value.readers, value.H) - firstUnread(value.readers, value.H));
  for (Member& member : members_)
    member.kept = std::max(member.kept, member.need - firstUnread(member.readers, member.H));
  for (size_t i = 0; i < members_.size(); ++i) {
    Member& member = members_[i];
    if (member.need == member.done) continue;
    steps_.push_back({first_ + static_cast<int>(i), member.done, member.need});
    member.most = std::max(member.most, member.need - member.done);
    member.done = member.need;
  }
}

int64_t Bands::bytes() const {
  int64_t sum = 0;
  for (const Member& member : members_) sum += member.bytes * (isRing(member) ? ringOf(member) : member.most);
  for (const Outside& value : outside_) sum += value.bytes * value.most;
  return sum;
}

int64_t Bands::bytesOutside() const {
  int64_t sum = 0;
  for (const Member& member : members_) sum += isRing(member) ? 0 : member.bytes * member.H;
  for (const Outside& value : outside_) sum += value.bytes * value.H;
  return sum;
}

std::vector<int64_t> Bands::rings() const {
  std::vector<int64_t> result;
  for (const Member& member : members_) result.push_back(isRing(member) ? ringOf(member) : 0);
  return result;
}

bool makesLines(const Graph& graph, const Schedule& schedule, const LineOp* op, const Node& node) {
  if (op == nullptr || node.in.size() > kChainInputs || !schedule.batched[node.out[0]]) return false;
  if (node.op.in[0].size() == 0 || node.op.out[0].size() == 0) return false;
  for (size_t i = 0; i < node.in.size(); ++i)
    if (graph.values[node.in[i]].constant == nullptr &&
        !(schedule.batched[node.in[i]] && lineWindow(node.op, i)))
      return false;
  return lineWindow(node.op, 0).has_value();
}

bool readBefore(const Graph& graph, const Chain& chain, int value, int node) {
  std::vector<int64_t> done(static_cast<size_t>(chain.last - chain.first), 0);
  const auto at = [&](int member) -> int64_t& { return done[static_cast<size_t>(member - chain.first)]; };
  for (const BandStep& step : chain.steps) {
    if (step.node == node)
      for (const int reader : graph.values[value].consumers) {
        if (reader == node || reader < chain.first || reader >= chain.last) continue;
        const Node& by = graph.nodes[reader];
        if (at(reader) == linesOf(by.op.out[0])) continue;
        for (size_t i = 0; i < by.in.size(); ++i)
          if (by.in[i] == value && lineWindow(by.op, i)->firstOf(at(reader)) < step.last) return false;
      }
    at(step.node) = step.last;
  }
  return true;
}

}  // namespace lw
