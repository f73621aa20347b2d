// oneDNN 2 as a contender of the bench: one process, one job at a time.
// Requests are lines on stdin; operands follow a `prepare` line as raw float32. Each answer is a line of JSON
// on stdout, and `answer` appends the output as raw float32.
//
//   prepare algorithm=direct|winograd op=conv|maxpool|avgpool|gap|matmul <dims>   then the operands, in the
//   op's order time <milliseconds> <runs>     answer     release
//
// Operands are in their framework-neutral order (channels first). What a user of oneDNN would do once,
// outside the loop, is done in `prepare`: weights in the primitive's favourite format, activations too, all
// memory allocated.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <dnnl.hpp>
#include <initializer_list>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::prop_kind;
using Dims = memory::dims;
using Tag = memory::format_tag;
using Floats = std::vector<float>;

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

dnnl::stream& stream() {
  static dnnl::stream queue(engine());
  return queue;
}

/** The key=value fields of a request; values are words or lists of integers. */
class Request {
 public:
  explicit Request(std::istream& words) {
    for (std::string word; words >> word;) {
      const size_t at = word.find('=');
      fields_[word.substr(0, at)] = word.substr(at + 1);
    }
  }
  const std::string& text(const std::string& key) const { return fields_.at(key); }
  Dims dims(const std::string& key) const {
    Dims result;
    std::istringstream list(fields_.at(key));
    for (std::string item; std::getline(list, item, ',');) result.push_back(std::stoll(item));
    return result;
  }

 private:
  std::map<std::string, std::string> fields_;
};

int64_t elements(const Dims& dims) {
  int64_t result = 1;
  for (int64_t size : dims) result *= size;
  return result;
}

/** Row-major strides, which say "plain" for any rank. */
memory::desc plain(const Dims& dims) {
  Dims strides(dims.size(), 1);
  for (size_t i = dims.size() - 1; i > 0; i--) strides[i - 1] = strides[i] * dims[i];
  return {dims, memory::data_type::f32, strides};
}

memory::desc tagged(const Dims& dims, Tag tag) { return {dims, memory::data_type::f32, tag}; }

/** The data in the format that a primitive asks for. */
memory filled(const Floats& data, const memory::desc& from, const memory::desc& wanted) {
  memory source(from, engine(), const_cast<float*>(data.data()));
  memory target(wanted, engine());
  dnnl::reorder(source, target).execute(stream(), source, target);
  stream().wait();
  return target;
}

/** A primitive with its memory, and what of it to tell. */
struct Job {
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
  Dims output;
  std::string how;

  void run() {
    primitive.execute(stream(), arguments);
    stream().wait();
  }
  Floats answer() {
    Floats result(elements(output));
    memory source = arguments.at(DNNL_ARG_DST);
    memory target(plain(output), engine(), result.data());
    dnnl::reorder(source, target).execute(stream(), source, target);
    stream().wait();
    return result;
  }
};

using Candidates = std::vector<Job>;

double milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

/** Runs until `limit` milliseconds have passed, at least once and at most `runs` times; gives each run's
 * milliseconds. */
std::vector<double> time(Job& job, double limit, int runs) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  const auto start = Clock::now();
  do {
    const auto before = Clock::now();
    job.run();
    times.push_back(milliseconds(Clock::now() - before));
  } while (milliseconds(Clock::now() - start) < limit && static_cast<int>(times.size()) < runs);
  return times;
}

std::optional<Job> fastest(Candidates& candidates) {
  std::optional<Job> best;
  double least = 0;
  for (Job& job : candidates) {
    time(job, 20, 2);
    const std::vector<double> times = time(job, 100, 50);
    const double ms = *std::min_element(times.begin(), times.end());
    if (best && ms >= least) continue;
    least = ms;
    best = job;
  }
  return best;
}

/** An operand in the order it came in, and the format that the primitive asks for. */
struct Operand {
  int argument;
  const Floats& data;
  memory::desc from, wanted;
};

/** A job of the implementation that oneDNN chose; none where that is its reference loops, which are no
 * contender. */
template <typename Primitive>
std::optional<Job> jobOf(const typename Primitive::primitive_desc& chosen,
                         std::initializer_list<Operand> operands, const Dims& output,
                         const std::string& name) {
  const std::string implementation = chosen.impl_info_str();
  if (implementation.rfind("ref", 0) == 0) return std::nullopt;
  Job job{Primitive(chosen),
          {{DNNL_ARG_DST, memory(chosen.dst_desc(), engine())}},
          output,
          implementation + ", " + name};
  for (const Operand& operand : operands)
    job.arguments[operand.argument] = filled(operand.data, operand.from, operand.wanted);
  return job;
}

/** Adds what `make` gives; oneDNN says by an exception that it has no implementation. */
template <typename Make>
void attempt(Candidates& candidates, const Make& make) {
  try {
    if (std::optional<Job> job = make()) candidates.push_back(*job);
  } catch (const dnnl::error& error) {
    if (error.status != dnnl_unimplemented) throw;
  }
}

struct Window {
  Dims size, stride, dilates, begin, end, output;
};

/** `pad` is all begins, then all ends. */
Window windowOf(const Request& request, const Dims& x, const Dims& size) {
  const size_t rank = size.size();
  const Dims pad = request.dims("pad");
  Window window{size,
                request.dims("stride"),
                Dims(rank, 0),
                {pad.begin(), pad.begin() + rank},
                {pad.begin() + rank, pad.end()},
                {}};
  if (request.text("op") == "conv") {
    window.dilates = request.dims("dil");
    for (int64_t& step : window.dilates) step -= 1;
  }
  for (size_t i = 0; i < rank; i++) {
    const int64_t span = (size[i] - 1) * (window.dilates[i] + 1) + 1;
    window.output.push_back((x[i + 2] + window.begin[i] + window.end[i] - span) / window.stride[i] + 1);
  }
  return window;
}

Dims joined(Dims head, const Dims& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

struct Format {
  Tag tag;
  const char* name;
};

Tag channelsLast(size_t rank) { return rank == 3 ? Tag::nwc : rank == 4 ? Tag::nhwc : Tag::ndhwc; }

/** Operands: x, w, bias. */
Candidates convolution(const Request& request, const std::vector<Floats>& operands, algorithm kind) {
  using Conv = dnnl::convolution_forward;
  const Dims x = request.dims("x"), w = request.dims("w"), bias{w[0]};
  const int64_t groups = request.dims("groups")[0];
  const Window window = windowOf(request, x, {w.begin() + 2, w.end()});
  const Dims y = joined({x[0], w[0]}, window.output);
  const Dims kernel = groups == 1 ? w : joined({groups, w[0] / groups}, {w.begin() + 1, w.end()});
  Candidates candidates;
  for (const Format& format : {Format{Tag::any, "any"}, Format{channelsLast(x.size()), "channels last"}}) {
    attempt(candidates, [&] {
      const Conv::desc desc(prop_kind::forward_inference, kind, tagged(x, format.tag),
                            tagged(kernel, Tag::any), tagged(bias, Tag::any), tagged(y, format.tag),
                            window.stride, window.dilates, window.begin, window.end);
      const Conv::primitive_desc chosen(desc, engine());
      return jobOf<Conv>(chosen,
                         {{DNNL_ARG_SRC, operands[0], plain(x), chosen.src_desc()},
                          {DNNL_ARG_WEIGHTS, operands[1], plain(kernel), chosen.weights_desc()},
                          {DNNL_ARG_BIAS, operands[2], plain(bias), chosen.bias_desc()}},
                         y, format.name);
    });
  }
  return candidates;
}

std::vector<Format> poolFormats(size_t rank) {
  if (rank == 3)
    return {{Tag::nwc, "nwc"}, {Tag::nCw16c, "nCw16c"}, {Tag::nCw8c, "nCw8c"}, {Tag::ncw, "ncw"}};
  if (rank == 4)
    return {{Tag::nhwc, "nhwc"}, {Tag::nChw16c, "nChw16c"}, {Tag::nChw8c, "nChw8c"}, {Tag::nchw, "nchw"}};
  return {
      {Tag::ndhwc, "ndhwc"}, {Tag::nCdhw16c, "nCdhw16c"}, {Tag::nCdhw8c, "nCdhw8c"}, {Tag::ncdhw, "ncdhw"}};
}

/** Operand: x. A pooling takes its input as it comes, so every format is tried. */
Candidates pooling(const Request& request, const std::vector<Floats>& operands) {
  using Pool = dnnl::pooling_forward;
  const std::string op = request.text("op");
  const Dims x = request.dims("x");
  const size_t rank = x.size() - 2;
  const Window window = op == "gap" ? Window{{x.begin() + 2, x.end()},
                                             Dims(rank, 1),
                                             Dims(rank, 0),
                                             Dims(rank, 0),
                                             Dims(rank, 0),
                                             Dims(rank, 1)}
                                    : windowOf(request, x, request.dims("k"));
  const Dims y = joined({x[0], x[1]}, window.output);
  const algorithm kind = op == "maxpool" ? algorithm::pooling_max : algorithm::pooling_avg_exclude_padding;
  Candidates candidates;
  for (const Format& format : poolFormats(x.size())) {
    attempt(candidates, [&] {
      const Pool::desc desc(prop_kind::forward_inference, kind, tagged(x, format.tag), tagged(y, Tag::any),
                            window.stride, window.size, window.begin, window.end);
      const Pool::primitive_desc chosen(desc, engine());
      return jobOf<Pool>(chosen, {{DNNL_ARG_SRC, operands[0], plain(x), chosen.src_desc()}}, y, format.name);
    });
  }
  return candidates;
}

/** A x B; a constant B may be packed, and may be the weights of an inner product. */
Candidates product(const Request& request, const std::vector<Floats>& operands) {
  using Inner = dnnl::inner_product_forward;
  const Dims a = request.dims("a"), b = request.dims("b");
  const bool constant = request.text("constant") == "1";
  Dims y = a;
  y.back() = b.back();
  Candidates candidates;
  attempt(candidates, [&] {
    const dnnl::matmul::desc desc(plain(a), constant ? tagged(b, Tag::any) : plain(b), plain(y));
    const dnnl::matmul::primitive_desc chosen(desc, engine());
    return jobOf<dnnl::matmul>(chosen,
                               {{DNNL_ARG_SRC, operands[0], plain(a), chosen.src_desc()},
                                {DNNL_ARG_WEIGHTS, operands[1], plain(b), chosen.weights_desc()}},
                               y, "matmul");
  });
  if (!constant || a.size() != 2) return candidates;
  const int64_t K = b[0], N = b[1];
  const memory::desc transposed({N, K}, memory::data_type::f32, Dims{1, N});  // its weights are [N, K]
  attempt(candidates, [&] {
    const Inner::desc desc(prop_kind::forward_inference, tagged(a, Tag::any), tagged({N, K}, Tag::any),
                           tagged(y, Tag::any));
    const Inner::primitive_desc chosen(desc, engine());
    return jobOf<Inner>(chosen,
                        {{DNNL_ARG_SRC, operands[0], plain(a), chosen.src_desc()},
                         {DNNL_ARG_WEIGHTS, operands[1], transposed, chosen.weights_desc()}},
                        y, "inner product");
  });
  return candidates;
}

std::optional<Job> prepare(const Request& request, const std::vector<Floats>& operands) {
  const std::string op = request.text("op");
  const bool winograd = request.text("algorithm") == "winograd";
  Candidates candidates;
  if (op == "conv") {
    candidates = convolution(request, operands,
                             winograd ? algorithm::convolution_winograd : algorithm::convolution_direct);
  } else if (!winograd) {
    candidates = op == "matmul" ? product(request, operands) : pooling(request, operands);
  }
  return fastest(candidates);
}

std::vector<Floats> readOperands(const Dims& sizes) {
  std::vector<Floats> operands;
  for (int64_t size : sizes) {
    operands.emplace_back(size);
    std::cin.read(reinterpret_cast<char*>(operands.back().data()), size * sizeof(float));
  }
  return operands;
}

void reply(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

void serve(const std::string& line, std::optional<Job>& job) {
  std::istringstream words(line);
  std::string verb;
  words >> verb;
  if (verb == "prepare") {
    const Request request(words);
    const std::vector<Floats> operands = readOperands(request.dims("operands"));
    job = prepare(request, operands);
    reply(job ? "{\"supported\":true,\"how\":\"" + job->how + "\"}" : "{\"supported\":false}");
  } else if (verb == "time") {
    double limit = 0;
    int runs = 0;
    words >> limit >> runs;
    std::ostringstream text;
    for (double ms : time(*job, limit, runs)) text << (text.tellp() == 0 ? "" : ",") << ms;
    reply("{\"times\":[" + text.str() + "]}");
  } else if (verb == "answer") {
    const Floats output = job->answer();
    reply("{\"floats\":" + std::to_string(output.size()) + "}");
    std::fwrite(output.data(), sizeof(float), output.size(), stdout);
  } else if (verb == "release") {
    job.reset();
    reply("{}");
  } else {
    reply("{\"error\":\"no such request: " + verb + "\"}");
  }
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  const dnnl_version_t* version = dnnl_version();
  reply("{\"version\":\"" + std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
        std::to_string(version->patch) + "\"}");
  std::fflush(stdout);
  std::optional<Job> job;
  for (std::string line; std::getline(std::cin, line);) {
    try {
      serve(line, job);
    } catch (const std::exception& error) {
      reply(std::string("{\"error\":\"oneDNN: ") + error.what() + "\"}");
    }
    std::fflush(stdout);
  }
  return 0;
}
