#include "libcore/model/attention.h"
#include "libcore/model/branch.h"

namespace daybreak::model {
namespace {

class Gpt2Attention : public Branch {
 public:
  Gpt2Attention(const LayerFactory& make, const std::string& block)
      : Branch(make, block + "ln_1", block + "attn.c_proj"),
        width_(make.config.width),
        qkv_in_(make.linear(block + "attn.c_attn")),
        attention_(make),
        qkv_(make.activation(3 * width_, make.output_type({&qkv_in_}))) {
    set_readers(make, {&qkv_in_});
  }

 private:
  void inner_forward(device::Device& device, Extent extent) override {
    qkv_in_.forward(device, extent.rows(), normed_, qkv_);
    attention_.forward(device, extent, split(qkv_), inner_);
  }

  void inner_backward(device::Device& device, Extent extent, View out_gradient, const Scratch& scratch) override {
    const std::int64_t rows = extent.rows();
    const View attended_gradient{scratch.attention_out.data, inner_gradient_type_},
        qkv_gradient{scratch.wide[0].data, inner_gradient_type_};
    projection_.input_gradient(device, rows, out_gradient, attended_gradient);
    attention_.backward(device, extent, split(qkv_), inner_, attended_gradient, split(qkv_gradient));
    qkv_in_.add_weight_gradient(device, rows, normed_, qkv_gradient);
    qkv_in_.add_bias_gradient(device, rows, qkv_gradient);
    qkv_in_.input_gradient(device, rows, qkv_gradient, scratch.norm_gradient);
  }

  Attention::Operands split(View qkv) const {
    return {qkv, qkv.from(width_), qkv.from(2 * width_), 3 * width_, 3 * width_};
  }

  std::int64_t width_;
  Linear qkv_in_;
  Attention attention_;
  View qkv_;  // kept from the forward pass: [rows, 3, width]
};

class Gpt2Mlp : public Branch {
 public:
  Gpt2Mlp(const LayerFactory& make, const std::string& block)
      : Branch(make, block + "ln_2", block + "mlp.c_proj"),
        width_(make.config.mlp_width),
        hidden_in_(make.linear(block + "mlp.c_fc")),
        hidden_(make.activation(width_, make.output_type({&hidden_in_}))) {
    set_readers(make, {&hidden_in_});
  }

 private:
  void inner_forward(device::Device& device, Extent extent) override {
    hidden_in_.forward(device, extent.rows(), normed_, hidden_);
    daybreak_gelu gelu{};
    gelu.count = extent.rows() * width_;
    gelu.x = hidden_.data;
    gelu.x_type = hidden_.type;
    gelu.y = inner_.data;
    gelu.y_type = inner_.type;
    device.gelu_forward(gelu);
  }

  void inner_backward(device::Device& device, Extent extent, View out_gradient, const Scratch& scratch) override {
    const std::int64_t rows = extent.rows();
    const View hidden_gradient{scratch.wide[0].data, inner_gradient_type_};
    projection_.input_gradient(device, rows, out_gradient, hidden_gradient);
    daybreak_gelu_backward gelu{};
    gelu.count = rows * width_;
    gelu.x = hidden_.data;
    gelu.x_type = hidden_.type;
    gelu.y_gradient = gelu.x_gradient = hidden_gradient.data;
    gelu.gradient_type = hidden_gradient.type;
    device.gelu_backward(gelu);

    hidden_in_.add_weight_gradient(device, rows, normed_, hidden_gradient);
    hidden_in_.add_bias_gradient(device, rows, hidden_gradient);
    hidden_in_.input_gradient(device, rows, hidden_gradient, scratch.norm_gradient);
  }

  std::int64_t width_;
  Linear hidden_in_;
  View hidden_;  // kept from the forward pass: [rows, width]
};

}  // namespace

Branches gpt2_branches(const LayerFactory& make, std::int64_t layer) {
  const std::string block = "transformer.h." + std::to_string(layer) + ".";
  return {std::make_unique<Gpt2Attention>(make, block), std::make_unique<Gpt2Mlp>(make, block)};
}

}  // namespace daybreak::model
