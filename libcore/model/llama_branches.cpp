#include "libcore/model/attention.h"
#include "libcore/model/branch.h"
#include "libcore/model/inspection.h"

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
        q_(make.kept(q_in_.out, kQkv)),
        k_(make.kept(k_in_.out, kQkv)),
        v_(make.kept(v_in_.out, kQkv)) {
    const Arena::Form gradient{make.gradient_form({&q_in_, &k_in_, &v_in_}).type, kQkv.layout};
    q_gradient_ = make.in_turn(q_in_.out, gradient);
    k_gradient_ = make.in_turn(k_in_.out, gradient);
    v_gradient_ = make.in_turn(v_in_.out, gradient);
    Arena::Form attended = make.input_form({&projection_}), attended_gradient{gradient.type, attended.layout};
    if (attended_gradient.type != attended.type) attended_gradient.layout = DAYBREAK_ROW_MAJOR;
    agree_on_layout({&attended, &attended_gradient});
    inner_ = make.kept(projection_.in, attended);
    attended_gradient_ = make.in_turn(projection_.in, attended_gradient);
    set_readers(make, {&q_in_, &k_in_, &v_in_});
  }

 private:
  // Rounded before and after their rotation, q and k would cost a trained model's bfloat16 gradients five times
  // the error.
  static constexpr Arena::Form kQkv{DAYBREAK_F32, DAYBREAK_ROW_MAJOR};

  void inner_forward(device::Device& device, Extent extent) override {
    const std::int64_t rows = extent.rows();
    q_in_.forward(device, rows, normed_, q_);
    k_in_.forward(device, rows, normed_, k_);
    v_in_.forward(device, rows, normed_, v_);
    rotate(device, extent, q_, attention_.heads, 1);
    rotate(device, extent, k_, attention_.kv_heads, 1);
    attention_.forward(device, extent, operands(q_, k_, v_), inner_);
  }

  void inner_backward(device::Device& device, Extent extent, const Backward& pass) override {
    const std::int64_t rows = extent.rows();
    projection_.input_gradient(device, rows, out_gradient_, attended_gradient_);
    attention_.backward(device, extent, operands(q_, k_, v_), inner_, attended_gradient_,
                        operands(q_gradient_, k_gradient_, v_gradient_));
    rotate(device, extent, q_gradient_, attention_.heads, -1);
    rotate(device, extent, k_gradient_, attention_.kv_heads, -1);

    q_in_.compute_weight_gradient(device, rows, normed_, q_gradient_, pass.adds);
    k_in_.compute_weight_gradient(device, rows, normed_, k_gradient_, pass.adds);
    v_in_.compute_weight_gradient(device, rows, normed_, v_gradient_, pass.adds);
    q_in_.add_bias_gradient(device, rows, q_gradient_);
    k_in_.add_bias_gradient(device, rows, k_gradient_);
    v_in_.add_bias_gradient(device, rows, v_gradient_);
    q_in_.input_gradient(device, rows, q_gradient_, pass.norm_gradient);
    k_in_.input_gradient(device, rows, k_gradient_, pass.norm_gradient, {.adds = true});
    v_in_.input_gradient(device, rows, v_gradient_, pass.norm_gradient, {.adds = true});
  }

  void show_inner_forward(Inspection& inspection, std::int64_t rows) const override {
    inspection.show_product("query", q_in_, q_, rows);
    inspection.show_product("key", k_in_, k_, rows);
    inspection.show_product("value", v_in_, v_, rows);
    inspection.show("attention output", module_around(projection_.module), inner_, rows, projection_.in);
  }

  void show_inner_backward(Inspection& inspection, std::int64_t rows) const override {
    const std::string_view attention = module_around(projection_.module);
    inspection.show("gradient of the attention output", attention, attended_gradient_, rows, projection_.in);
    inspection.show("gradient of the query", q_in_.module, q_gradient_, rows, q_in_.out);
    inspection.show("gradient of the key", k_in_.module, k_gradient_, rows, k_in_.out);
    inspection.show("gradient of the value", v_in_.module, v_gradient_, rows, v_in_.out);
    for (const Linear* layer : {&q_in_, &k_in_, &v_in_}) inspection.show_gradients(*layer);
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
    rope.x_layout = x.layout;
    rope.base = rope_base_;
    rope.direction = direction;
    device.rope(rope);
  }

  Attention::Operands operands(View q, View k, View v) const { return {q, k, v, q_in_.out, k_in_.out}; }

  float rope_base_;
  Linear q_in_, k_in_, v_in_;
  Attention attention_;
  View q_, k_, v_;  // kept from the forward pass: [rows, heads or kv_heads, head_width], q and k rotated
  View q_gradient_, k_gradient_, v_gradient_, attended_gradient_;
};

class LlamaMlp : public Branch {
 public:
  LlamaMlp(const LayerFactory& make, const std::string& block)
      : Branch(make, block + "post_attention_layernorm", block + "mlp.down_proj"),
        width_(make.config.mlp_width),
        gate_in_(make.linear(block + "mlp.gate_proj")),
        up_in_(make.linear(block + "mlp.up_proj")) {
    Arena::Form hidden = make.output_form({&gate_in_, &up_in_}), gradient = make.gradient_form({&gate_in_, &up_in_});
    Arena::Form activated = make.input_form({&projection_});
    agree_on_layout({&hidden, &gradient, &activated});
    gate_ = make.kept(width_, hidden);
    up_ = make.kept(width_, hidden);
    inner_ = make.cheap(width_, activated);
    activated_gradient_ = make.in_turn(width_, gradient);
    gate_gradient_ = make.in_turn(width_, gradient);
    up_gradient_ = make.in_turn(width_, gradient);
    set_readers(make, {&gate_in_, &up_in_});
  }

 private:
  void inner_forward(device::Device& device, Extent extent) override {
    const std::int64_t rows = extent.rows();
    gate_in_.forward(device, rows, normed_, gate_);
    up_in_.forward(device, rows, normed_, up_);
    activate(device, extent);
  }

  void activate(device::Device& device, Extent extent) override {
    daybreak_swiglu swiglu{};
    swiglu.count = element_count(device, gate_, extent.rows(), width_);
    swiglu.gate = gate_.data;
    swiglu.up = up_.data;
    swiglu.x_type = gate_.type;
    swiglu.y = inner_.data;
    swiglu.y_type = inner_.type;
    device.swiglu_forward(swiglu);
  }

  void inner_backward(device::Device& device, Extent extent, const Backward& pass) override {
    const std::int64_t rows = extent.rows();
    projection_.input_gradient(device, rows, out_gradient_, activated_gradient_);
    daybreak_swiglu_backward swiglu{};
    swiglu.count = element_count(device, gate_, rows, width_);
    swiglu.gate = gate_.data;
    swiglu.up = up_.data;
    swiglu.x_type = gate_.type;
    swiglu.y_gradient = activated_gradient_.data;
    swiglu.gate_gradient = gate_gradient_.data;
    swiglu.up_gradient = up_gradient_.data;
    swiglu.gradient_type = gate_gradient_.type;
    device.swiglu_backward(swiglu);

    gate_in_.compute_weight_gradient(device, rows, normed_, gate_gradient_, pass.adds);
    up_in_.compute_weight_gradient(device, rows, normed_, up_gradient_, pass.adds);
    gate_in_.input_gradient(device, rows, gate_gradient_, pass.norm_gradient);
    up_in_.input_gradient(device, rows, up_gradient_, pass.norm_gradient, {.adds = true});
  }

  void show_inner_forward(Inspection& inspection, std::int64_t rows) const override {
    inspection.show_product("MLP gate", gate_in_, gate_, rows);
    inspection.show_product("MLP hidden layer", up_in_, up_, rows);
    inspection.show("SwiGLU output", module_around(projection_.module), inner_, rows, width_);
  }

  void show_inner_backward(Inspection& inspection, std::int64_t rows) const override {
    const std::string_view mlp = module_around(projection_.module);
    inspection.show("gradient of the SwiGLU output", mlp, activated_gradient_, rows, width_);
    inspection.show("gradient of the MLP gate", gate_in_.module, gate_gradient_, rows, width_);
    inspection.show("gradient of the MLP hidden layer", up_in_.module, up_gradient_, rows, width_);
    inspection.show_gradients(gate_in_);
    inspection.show_gradients(up_in_);
  }

  std::int64_t width_;
  Linear gate_in_, up_in_;
  View gate_, up_;  // kept from the forward pass: [rows, width]
  View activated_gradient_, gate_gradient_, up_gradient_;
};

}  // namespace

Branches llama_branches(const LayerFactory& make, std::int64_t layer) {
  const std::string block = "model.layers." + std::to_string(layer) + ".";
  return {std::make_unique<LlamaAttention>(make, block), std::make_unique<LlamaMlp>(make, block)};
}

}  // namespace daybreak::model
