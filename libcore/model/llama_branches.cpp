#include "libcore/model/attention.h"
#include "libcore/model/branch.h"

namespace daybreak::model {
namespace {

class LlamaAttention : public Branch {
 public:
  LlamaAttention(const LayerFactory& make, const std::string& block)
      : Branch(make, block + "input_layernorm", block + "self_attn.o_proj"),
        rope_base_(static_cast<float>(make.config.rope_base)),
        q_in_(make.linear(block + "self_attn.q_proj")),
        k_in_(make.linear(block + "self_attn.k_proj")),
        v_in_(make.linear(block + "self_attn.v_proj")),
        attention_(make),
        q_(make.activation(q_in_.out, kQkvType)),
        k_(make.activation(k_in_.out, kQkvType)),
        v_(make.activation(v_in_.out, kQkvType)) {
    set_readers(make, {&q_in_, &k_in_, &v_in_});
  }

 private:
  // Rounded before and after their rotation, q and k would cost a trained model's bfloat16 gradients five times
  // the error.
  static constexpr daybreak_dtype kQkvType = DAYBREAK_F32;

  void inner_forward(device::Device& device, Extent extent) override {
    const std::int64_t rows = extent.rows();
    q_in_.forward(device, rows, normed_, q_);
    k_in_.forward(device, rows, normed_, k_);
    v_in_.forward(device, rows, normed_, v_);
    rotate(device, extent, q_, attention_.heads, 1);
    rotate(device, extent, k_, attention_.kv_heads, 1);
    attention_.forward(device, extent, operands(q_, k_, v_), inner_);
  }

  void inner_backward(device::Device& device, Extent extent, View out_gradient, const Scratch& scratch) override {
    const std::int64_t rows = extent.rows();
    const daybreak_dtype type = inner_gradient_type_;
    const View attended_gradient{scratch.attention_out.data, type}, q_gradient{scratch.wide[0].data, type},
        k_gradient{scratch.wide[1].data, type}, v_gradient{scratch.wide[2].data, type};
    projection_.input_gradient(device, rows, out_gradient, attended_gradient);
    attention_.backward(device, extent, operands(q_, k_, v_), inner_, attended_gradient,
                        operands(q_gradient, k_gradient, v_gradient));
    rotate(device, extent, q_gradient, attention_.heads, -1);
    rotate(device, extent, k_gradient, attention_.kv_heads, -1);

    q_in_.add_weight_gradient(device, rows, normed_, q_gradient);
    k_in_.add_weight_gradient(device, rows, normed_, k_gradient);
    v_in_.add_weight_gradient(device, rows, normed_, v_gradient);
    q_in_.add_bias_gradient(device, rows, q_gradient);
    k_in_.add_bias_gradient(device, rows, k_gradient);
    v_in_.add_bias_gradient(device, rows, v_gradient);
    q_in_.input_gradient(device, rows, q_gradient, scratch.norm_gradient);
    k_in_.input_gradient(device, rows, k_gradient, scratch.norm_gradient, true);
    v_in_.input_gradient(device, rows, v_gradient, scratch.norm_gradient, true);
  }

  /// Turns x [rows, heads, head_width] by its positions, or back.
  void rotate(device::Device& device, Extent extent, View x, std::int64_t heads, int direction) const {
    daybreak_rope rope{};
    rope.tokens = extent.rows();
    rope.context = extent.context;
    rope.heads = heads;
    rope.head_width = attention_.head_width;
    rope.row_stride = heads * attention_.head_width;
    rope.x = x.data;
    rope.x_type = x.type;
    rope.base = rope_base_;
    rope.direction = direction;
    device.rope(rope);
  }

  Attention::Operands operands(View q, View k, View v) const { return {q, k, v, q_in_.out, k_in_.out}; }

  float rope_base_;
  Linear q_in_, k_in_, v_in_;
  Attention attention_;
  View q_, k_, v_;  // kept from the forward pass: [rows, heads or kv_heads, head_width], q and k rotated
};

class LlamaMlp : public Branch {
 public:
  LlamaMlp(const LayerFactory& make, const std::string& block)
      : Branch(make, block + "post_attention_layernorm", block + "mlp.down_proj"),
        width_(make.config.mlp_width),
        gate_in_(make.linear(block + "mlp.gate_proj")),
        up_in_(make.linear(block + "mlp.up_proj")) {
    const daybreak_dtype type = make.output_type({&gate_in_, &up_in_});
    gate_ = make.activation(width_, type);
    up_ = make.activation(width_, type);
    set_readers(make, {&gate_in_, &up_in_});
  }

 private:
  void inner_forward(device::Device& device, Extent extent) override {
    const std::int64_t rows = extent.rows();
    gate_in_.forward(device, rows, normed_, gate_);
    up_in_.forward(device, rows, normed_, up_);
    daybreak_swiglu swiglu{};
    swiglu.count = rows * width_;
    swiglu.gate = gate_.data;
    swiglu.up = up_.data;
    swiglu.x_type = gate_.type;
    swiglu.y = inner_.data;
    swiglu.y_type = inner_.type;
    device.swiglu_forward(swiglu);
  }

  void inner_backward(device::Device& device, Extent extent, View out_gradient, const Scratch& scratch) override {
    const std::int64_t rows = extent.rows();
    const daybreak_dtype type = inner_gradient_type_;
    const View activated_gradient{scratch.wide[0].data, type}, gate_gradient{scratch.wide[1].data, type},
        up_gradient{scratch.wide[2].data, type};
    projection_.input_gradient(device, rows, out_gradient, activated_gradient);
    daybreak_swiglu_backward swiglu{};
    swiglu.count = rows * width_;
    swiglu.gate = gate_.data;
    swiglu.up = up_.data;
    swiglu.x_type = gate_.type;
    swiglu.y_gradient = activated_gradient.data;
    swiglu.gate_gradient = gate_gradient.data;
    swiglu.up_gradient = up_gradient.data;
    swiglu.gradient_type = type;
    device.swiglu_backward(swiglu);

    gate_in_.add_weight_gradient(device, rows, normed_, gate_gradient);
    up_in_.add_weight_gradient(device, rows, normed_, up_gradient);
    gate_in_.input_gradient(device, rows, gate_gradient, scratch.norm_gradient);
    up_in_.input_gradient(device, rows, up_gradient, scratch.norm_gradient, true);
  }

  std::int64_t width_;
  Linear gate_in_, up_in_;
  View gate_, up_;  // kept from the forward pass: [rows, width]
};

}  // namespace

Branches llama_branches(const LayerFactory& make, std::int64_t layer) {
  const std::string block = "model.layers." + std::to_string(layer) + ".";
  return {std::make_unique<LlamaAttention>(make, block), std::make_unique<LlamaMlp>(make, block)};
}

}  // namespace daybreak::model
