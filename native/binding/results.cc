#include "binding/results.h"

#include <algorithm>
#include <utility>

#include "binding/garbage.h"

namespace lw::js {
namespace {

/// How much is lent between two looks at what has died.
constexpr size_t kWatchBytes = size_t{16} << 20;

/// Results of so many bytes may be held in one turn of the event loop, and at least four.
constexpr size_t kHeldBytes = size_t{128} << 20;

bool isAttached(napi_env env, napi_value array) {
  bool detached = true;
  return napi_is_detached_arraybuffer(env, array, &detached) == napi_ok && !detached;
}

}  // namespace

struct ResultPool::Lease {
  Buffer memory;  ///< empty when it was taken back before the finaliser ran
  size_t bytes = 0;
  size_t place = 0;  ///< in lent_
  napi_ref array = nullptr;
  bool held = false;  ///< by a strong reference, until the turn of the event loop ends
  /// While the pool looks: it was alive and attached before; its strong reference is let go.
  bool watched = false, loose = false;
};

ResultPool& ResultPool::instance() {
  static ResultPool* pool = new ResultPool;  // leaked on purpose: finalisers run until the process ends
  return *pool;
}

void ResultPool::open(Napi::Env env, size_t minBytes, size_t maxBytes) {
  if (env_ != nullptr) return;
  env_ = env;
  minBytes_ = minBytes;
  maxBytes_ = maxBytes;
  const Napi::Value transfer =
      env.Global().Get("ArrayBuffer").As<Napi::Object>().Get("prototype").As<Napi::Object>().Get("transfer");
  if (transfer.IsFunction()) transfer_ = Napi::Persistent(transfer.As<Napi::Function>());
  env.AddCleanupHook([this] {
    env_ = nullptr;
    transfer_.SuppressDestruct();
  });
}

Napi::ArrayBuffer ResultPool::take(napi_env env, size_t bytes, bool hold) {
  if (env_ == nullptr || env != env_ || bytes < minBytes_) return {};
  awake_ = true;
  Buffer memory = reuse(bytes);
  const bool due = memory.data() == nullptr && sinceWatch_ >= kWatchBytes;
  if (due) {
    sinceWatch_ = 0;
    // V8 looks at the memory that its young objects hold whenever an array buffer is made, and collects them
    // when it is much: mostly the results of the calls before.
    watch(env, [&] { Napi::ArrayBuffer::New(env, 1); });
    memory = reuse(bytes);
  }
  if (hold && !mayHold(bytes)) {
    collect(env, bytes);
    if (memory.data() == nullptr) memory = reuse(bytes);
  }
  if ((hold && !mayHold(bytes)) || (memory.data() == nullptr && !makeRoom(bytes))) {
    keep(std::move(memory));
    return {};
  }
  memory.ensure(bytes);
  if (!due) return lend(env, std::move(memory), bytes, hold);
  Napi::ArrayBuffer result;
  watch(env, [&] { result = lend(env, std::move(memory), bytes, hold); });
  return result;
}

bool ResultPool::mayHold(size_t bytes) const { return heldBytes_ + bytes <= std::max(kHeldBytes, 4 * bytes); }

/// Has V8 collect everything, for what is held has grown old: a program that makes much other garbage, or one
/// that keeps its results. The less it brings the rarer it is done.
void ResultPool::collect(napi_env env, size_t bytes) {
  sinceCollect_ += bytes;
  if (sinceCollect_ < patience_) return;
  const size_t before = heldBytes_;
  watch(env, [&] { collectGarbage(env); });
  sinceCollect_ = 0;
  patience_ = heldBytes_ < before / 2 ? 0 : std::max(2 * patience_, kHeldBytes);
}

void ResultPool::endTurn(napi_env env) {
  if (env != env_) return;
  sinceCollect_ = patience_ = 0;
  for (Lease* lease : lent_) {
    if (lease->held) napi_reference_unref(env, lease->array, nullptr);
    lease->held = false;
  }
  heldBytes_ = 0;
}

/// The smallest idle buffer that fits without wasting more than a quarter of it.
Buffer ResultPool::reuse(size_t bytes) {
  auto best = idle_.end();
  for (auto i = idle_.begin(); i != idle_.end(); ++i) {
    if (i->bytes() < bytes || i->bytes() / 4 * 3 > bytes) continue;
    if (best == idle_.end() || i->bytes() < best->bytes()) best = i;
  }
  if (best == idle_.end()) return {};
  Buffer memory = std::move(*best);
  idle_.erase(best);
  idleBytes_ -= memory.bytes();
  return memory;
}

/// Whether `bytes` more may be held, after idle memory of other sizes was freed for it.
bool ResultPool::makeRoom(size_t bytes) {
  if (lentBytes_ + bytes > maxBytes_) return false;
  while (lentBytes_ + idleBytes_ + bytes > maxBytes_) {
    idleBytes_ -= idle_.front().bytes();
    idle_.erase(idle_.begin());
  }
  return true;
}

Napi::ArrayBuffer ResultPool::lend(napi_env env, Buffer memory, size_t bytes, bool hold) {
  auto* lease = new Lease;
  lease->memory = std::move(memory);
  lease->bytes = lease->memory.bytes();
  lease->place = lent_.size();
  lent_.push_back(lease);
  lentBytes_ += lease->bytes;
  napi_value array = nullptr;
  const napi_status status =
      napi_create_external_arraybuffer(env, lease->memory.data(), bytes, finalise, lease, &array);
  if (status != napi_ok) {
    drop(lease);
    delete lease;
    if (status == napi_no_external_buffers_allowed) env_ = nullptr;
    return {};
  }
  sinceWatch_ += bytes;
  if (!transfer_.IsEmpty() && !movedOut(env, *lease, array)) return {};
  if (napi_create_reference(env, array, hold ? 1 : 0, &lease->array) != napi_ok) {
    lease->array = nullptr;
  } else if (hold) {
    lease->held = true;
    heldBytes_ += lease->bytes;
  }
  return Napi::ArrayBuffer(env, array);
}

/// Node marks external memory as untransferable: a worker could not be given the result. Where the language
/// can move memory to an array buffer without that mark, it is done. False when `array` is of no use any
/// more.
bool ResultPool::movedOut(napi_env env, const Lease& lease, napi_value& array) {
  napi_value moved = nullptr, ignored = nullptr;
  if (napi_call_function(env, array, transfer_.Value(), 0, nullptr, &moved) != napi_ok) {
    napi_get_and_clear_last_exception(env, &ignored);
    return isAttached(env, array);
  }
  void* data = nullptr;
  if (napi_get_arraybuffer_info(env, moved, &data, nullptr) != napi_ok || data != lease.memory.data())
    return isAttached(env, array);
  array = moved;
  return true;
}

/// Takes back the memory of every array buffer that is alive and attached now and dead after `act`.
template <typename F>
void ResultPool::watch(napi_env env, F&& act) {
  {
    const Napi::HandleScope scope(env);
    for (Lease* lease : lent_) {
      const napi_value array = lease->array != nullptr ? valueOf(env, lease->array) : nullptr;
      lease->watched = array != nullptr && isAttached(env, array);
      lease->loose = lease->held;
      if (lease->loose) napi_reference_unref(env, lease->array, nullptr);
    }
  }
  act();
  const Napi::HandleScope scope(env);
  for (size_t i = lent_.size(); i-- > 0;) {
    Lease* lease = lent_[i];
    if (lease->watched && valueOf(env, lease->array) == nullptr) {
      drop(lease);
      keep(std::move(lease->memory));
    } else if (lease->loose) {
      napi_reference_ref(env, lease->array, nullptr);
    }
    lease->loose = false;
  }
}

void ResultPool::drop(Lease* lease) {
  lent_[lease->place] = lent_.back();
  lent_[lease->place]->place = lease->place;
  lent_.pop_back();
  lentBytes_ -= lease->bytes;
  if (lease->held) heldBytes_ -= lease->bytes;
  lease->held = false;
}

void ResultPool::keep(Buffer memory) {
  if (!awake_ || memory.data() == nullptr) return;
  idleBytes_ += memory.bytes();
  idle_.push_back(std::move(memory));
}

void ResultPool::finalise(napi_env env, void*, void* hint) {
  auto* lease = static_cast<Lease*>(hint);
  ResultPool& pool = instance();
  if (pool.env_ == nullptr) return;  // the process ends; another thread may still read the memory
  if (lease->array != nullptr) napi_delete_reference(env, lease->array);
  if (lease->memory.data() != nullptr) {
    pool.drop(lease);
    pool.keep(std::move(lease->memory));
  }
  delete lease;
}

bool ResultPool::trim(napi_env env) {
  if (env != env_) return true;
  if (!awake_) {
    idle_.clear();
    idleBytes_ = 0;
  }
  awake_ = false;
  return lent_.empty() && idle_.empty();
}

}  // namespace lw::js
