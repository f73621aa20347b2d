#include "plan/trace.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#if defined(_WIN32)
#include <process.h>
#define LW_PID _getpid
#else
#include <unistd.h>
#define LW_PID getpid
#endif

namespace lw {
namespace {

/// Some 30 MB of JSON.
constexpr size_t kMaxEvents = 100'000;
constexpr size_t kMaxNodes = 100'000;

/// Small numbers, in the order in which threads appear.
int threadNumber() {
  static std::atomic<int> next{1};
  thread_local const int number = next++;
  return number;
}

void warn(const std::string& path) {
  std::fprintf(stderr, "layerwise: LAYERWISE_PROFILE: cannot write \"%s\": %s. There will be no trace.\n",
               path.c_str(), std::strerror(errno));
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      result += escape;
    } else {
      result += c;
    }
  }
  return result + '"';
}

double microseconds(Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

/// A number for JSON whatever the locale: in thousandths, never below 0.
std::string decimal(double value) {
  const auto thousandths = static_cast<long long>(value > 0 && value < 1e15 ? value * 1000 + 0.5 : 0);
  char text[40];
  std::snprintf(text, sizeof text, "%lld.%03lld", thousandths / 1000, thousandths % 1000);
  return text;
}

}  // namespace

Trace* Trace::active() {
  static Trace* const trace = []() -> Trace* {  // leaked on purpose: threads may still compute at exit
    const char* path = std::getenv("LAYERWISE_PROFILE");
    if (path == nullptr || *path == 0) return nullptr;
    std::FILE* file = std::fopen(path, "w");
    if (file == nullptr) {
      warn(path);
      return nullptr;
    }
    std::fclose(file);
    return new Trace(path);
  }();
  return trace;
}

int Trace::addNodes(std::vector<TracedNode> nodes) {
  std::lock_guard lock(mutex_);
  if (nodes_.size() + nodes.size() > kMaxNodes) return -1;
  const int first = static_cast<int>(nodes_.size());
  for (TracedNode& node : nodes) nodes_.push_back(std::move(node));
  return first;
}

void Trace::add(const TraceEvent& event) {
  const int thread = threadNumber();
  std::lock_guard lock(mutex_);
  if (event.node >= 0 && entries_.size() < kMaxEvents)
    entries_.push_back({event, thread});
  else
    ++dropped_;
}

void Trace::writeEvent(std::FILE* file, const Entry& entry) const {
  const TraceEvent& event = entry.event;
  const TracedNode& node = nodes_[static_cast<size_t>(event.node)];
  const double seconds = microseconds(event.end - event.begin) / 1e6;
  const auto rate = [&](double work) {
    return decimal(seconds > 0 ? work * static_cast<double>(event.samples) / seconds / 1e9 : 0);
  };
  std::string args = "\"op\":" + quoted(node.op);
  if (!node.algorithm.empty()) args += ",\"algorithm\":" + quoted(node.algorithm);
  if (!node.kernel.empty()) args += ",\"kernel\":" + quoted(node.kernel);
  args += ",\"inputs\":" + quoted(node.inputs) + ",\"outputs\":" + quoted(node.outputs);
  args += ",\"samples\":" + std::to_string(event.samples);
  if (node.flops > 0) args += ",\"gflops\":" + rate(node.flops);
  if (node.bytes > 0) args += ",\"gbs\":" + rate(node.bytes);
  std::fprintf(
      file,
      ",\n{\"name\":%s,\"cat\":%s,\"ph\":\"X\",\"ts\":%s,\"dur\":%s,\"pid\":%d,\"tid\":%d,\"args\":{%s}}",
      quoted(node.name).c_str(), quoted(node.op).c_str(), decimal(microseconds(event.begin - start_)).c_str(),
      decimal(microseconds(event.end - event.begin)).c_str(), static_cast<int>(LW_PID()), entry.thread,
      args.c_str());
}

void Trace::write() {
  std::lock_guard lock(mutex_);
  std::FILE* file = std::fopen(path_.c_str(), "w");
  if (file == nullptr) return warn(path_);
  const int pid = static_cast<int>(LW_PID());
  std::fprintf(file, "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"droppedEvents\":%lld},\"traceEvents\":[\n",
               static_cast<long long>(dropped_));
  std::fprintf(file, "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":%d,\"args\":{\"name\":\"layerwise\"}}",
               pid);
  for (const Entry& entry : entries_) writeEvent(file, entry);
  std::fputs("\n]}\n", file);
  const bool failed = std::ferror(file) != 0;
  if (std::fclose(file) != 0 || failed) warn(path_);
}

}  // namespace lw
