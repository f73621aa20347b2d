#include "binding/jobs.h"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include "binding/convert.h"

namespace lw::js {

std::vector<Buffer> PlanHandle::takeInputs() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::vector<Buffer>(plan->inputs().size());
  std::vector<Buffer> inputs = std::move(idle_.back());
  idle_.pop_back();
  return inputs;
}

void PlanHandle::giveInputs(std::vector<Buffer> inputs) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(inputs));
}

struct Executor::State {
  std::mutex mutex;
  std::condition_variable wake, idle;
  std::deque<std::shared_ptr<Job>> queue;
  std::shared_ptr<Job> current;
  std::thread thread;
  bool stop = false;

  void work();
};

namespace {

void compute(Job& job) {
  std::vector<const void*> in;
  for (const Buffer& buffer : job.inputs) in.push_back(buffer.data());
  try {
    job.plan->plan->run(in, job.outputs, &job.cancelled);
  } catch (const Error& error) {
    job.failure = error.code();
    job.message = error.what();
  } catch (const std::exception& error) {
    job.failure = Code::kNative;
    job.message = error.what();
  }
  job.plan->giveInputs(std::move(job.inputs));
}

/// The environment is going down and frees its references itself; nothing here may touch them any more.
void abandon(Job& job) {
  for (Napi::ObjectReference& array : job.arrays) array.SuppressDestruct();
}

/// On the JavaScript thread. `env` is null when the environment is going down: then only the references are
/// dropped.
void finish(Napi::Env env, Napi::Function callback, std::shared_ptr<Job>* held) {
  const std::unique_ptr<std::shared_ptr<Job>> owner(held);
  Job& job = **held;
  if (env == nullptr || callback.IsEmpty()) return abandon(job);
  const Napi::HandleScope scope(env);
  if (job.failure) {
    job.arrays.clear();
    callback.Call({makeError(env, *job.failure, job.message).Value(), env.Null()});
    return;
  }
  const Napi::Array outputs = Napi::Array::New(env, job.arrays.size());
  for (uint32_t i = 0; i < job.arrays.size(); ++i) outputs.Set(i, job.arrays[i].Value());
  job.arrays.clear();
  callback.Call({env.Null(), outputs});
}

void announce(const std::shared_ptr<Job>& job) {
  Napi::ThreadSafeFunction done = job->done;
  auto* held = new std::shared_ptr<Job>(job);
  if (done.BlockingCall(held, finish) != napi_ok) {
    delete held;
    abandon(*job);
    return;
  }
  done.Release();
}

}  // namespace

void Executor::State::work() {
  std::unique_lock lock(mutex);
  for (;;) {
    wake.wait(lock, [&] { return stop || !queue.empty(); });
    if (queue.empty()) return;
    current = std::move(queue.front());
    queue.pop_front();
    const std::shared_ptr<Job> job = current;
    lock.unlock();
    compute(*job);
    announce(job);
    lock.lock();
    current.reset();
    idle.notify_all();
  }
}

Executor::Executor() : state_(new State) {}

Executor& Executor::instance() {
  static Executor executor;
  return executor;
}

void Executor::submit(std::shared_ptr<Job> job) {
  State& s = *state_;
  std::lock_guard lock(s.mutex);
  s.stop = false;
  s.queue.push_back(std::move(job));
  if (!s.thread.joinable()) s.thread = std::thread([&s] { s.work(); });
  s.wake.notify_one();
}

void Executor::drain(const void* owner) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  for (const std::shared_ptr<Job>& job : s.queue)
    if (job->owner == owner) job->cancelled = true;
  if (s.current && s.current->owner == owner) s.current->cancelled = true;
  s.idle.wait(lock, [&] {
    for (const std::shared_ptr<Job>& job : s.queue)
      if (job->owner == owner) return false;
    return !s.current || s.current->owner != owner;
  });
}

void Executor::shutdown() {
  State& s = *state_;
  std::thread thread;
  {
    std::lock_guard lock(s.mutex);
    s.stop = true;
    std::swap(thread, s.thread);
  }
  s.wake.notify_all();
  if (thread.joinable()) thread.join();
}

std::shared_ptr<Job> startJob(Napi::Env env, std::shared_ptr<PlanHandle> plan,
                              const std::vector<const void*>& inputs, Napi::Function callback,
                              const void* owner) {
  auto job = std::make_shared<Job>();
  const std::vector<TensorDesc>& descs = plan->plan->inputs();
  job->inputs = plan->takeInputs();
  for (size_t i = 0; i < descs.size(); ++i) {
    const size_t bytes = static_cast<size_t>(descs[i].bytes());
    std::byte* copy = job->inputs[i].ensure(bytes + 1);
    if (bytes > 0) std::memcpy(copy, inputs[i], bytes);
  }
  for (const TensorDesc& desc : plan->plan->outputs()) {
    const Napi::TypedArray array = newArray(env, desc);
    job->outputs.push_back(memoryOf(array, desc, "an output"));
    job->arrays.push_back(Napi::Persistent(array.As<Napi::Object>()));
  }
  job->plan = std::move(plan);
  job->owner = owner;
  job->done = Napi::ThreadSafeFunction::New(env, callback, "layerwise", 0, 1);
  Executor::instance().submit(job);
  return job;
}

}  // namespace lw::js
