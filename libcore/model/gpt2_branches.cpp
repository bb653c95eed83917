#include "libcore/model/attention.h"
#include "libcore/model/branch.h"
#include "libcore/model/inspection.h"

namespace daybreak::model {
namespace {

class Gpt2Attention : public Branch {
 public:
  Gpt2Attention(const LayerFactory& make, const std::string& block)
      : Branch(make, block + "ln_1", block + "attn.c_proj"),
        width_(make.config.width),
        qkv_in_(make.linear(block + "attn.c_attn")),
        attention_(make) {
    Arena::Form qkv = make.output_form({&qkv_in_}), qkv_gradient = make.gradient_form({&qkv_in_});
    Arena::Form attended = make.input_form({&projection_}), attended_gradient{qkv_gradient.type, attended.layout};
    if (width_ % DAYBREAK_TILED_COLUMNS != 0) qkv.layout = DAYBREAK_ROW_MAJOR;  // k and v begin within a tile
    if (attended_gradient.type != attended.type) attended_gradient.layout = DAYBREAK_ROW_MAJOR;
    agree_on_layout({&qkv, &qkv_gradient});
    agree_on_layout({&attended, &attended_gradient});
    qkv_ = make.kept(qkv_in_.out, qkv);
    qkv_gradient_ = make.in_turn(qkv_in_.out, qkv_gradient);
    inner_ = make.kept(width_, attended);
    attended_gradient_ = make.in_turn(width_, attended_gradient);
    set_readers(make, {&qkv_in_});
  }

 private:
  void inner_forward(device::Device& device, Extent extent) override {
    qkv_in_.forward(device, extent.rows(), normed_, qkv_);
    attention_.forward(device, extent, split(qkv_), inner_);
  }

  void inner_backward(device::Device& device, Extent extent, const Backward& pass) override {
    const std::int64_t rows = extent.rows();
    projection_.input_gradient(device, rows, out_gradient_, attended_gradient_);
    attention_.backward(device, extent, split(qkv_), inner_, attended_gradient_, split(qkv_gradient_));
    qkv_in_.compute_weight_gradient(device, rows, normed_, qkv_gradient_, pass.adds);
    qkv_in_.add_bias_gradient(device, rows, qkv_gradient_);
    qkv_in_.input_gradient(device, rows, qkv_gradient_, pass.norm_gradient);
  }

  void show_inner_forward(Inspection& inspection, std::int64_t rows) const override {
    inspection.show_product("query, key and value", qkv_in_, qkv_, rows);
    inspection.show("attention output", module_around(projection_.module), inner_, rows, width_);
  }

  void show_inner_backward(Inspection& inspection, std::int64_t rows) const override {
    const std::string_view attention = module_around(projection_.module);
    inspection.show("gradient of the attention output", attention, attended_gradient_, rows, width_);
    inspection.show("gradient of query, key and value", qkv_in_.module, qkv_gradient_, rows, qkv_in_.out);
    inspection.show_gradients(qkv_in_);
  }

  Attention::Operands split(View qkv) const {
    return {qkv, qkv.from_column(width_), qkv.from_column(2 * width_), 3 * width_, 3 * width_};
  }

  std::int64_t width_;
  Linear qkv_in_;
  Attention attention_;
  View qkv_;  // kept from the forward pass: [rows, 3, width]
  View qkv_gradient_, attended_gradient_;
};

class Gpt2Mlp : public Branch {
 public:
  Gpt2Mlp(const LayerFactory& make, const std::string& block)
      : Branch(make, block + "ln_2", block + "mlp.c_proj"),
        width_(make.config.mlp_width),
        hidden_in_(make.linear(block + "mlp.c_fc")) {
    Arena::Form hidden = make.output_form({&hidden_in_}), hidden_gradient = make.gradient_form({&hidden_in_});
    Arena::Form activated = make.input_form({&projection_});
    agree_on_layout({&hidden, &hidden_gradient, &activated});
    hidden_ = make.kept(width_, hidden);
    hidden_gradient_ = make.in_turn(width_, hidden_gradient);
    inner_ = make.cheap(width_, activated);
    set_readers(make, {&hidden_in_});
  }

 private:
  void inner_forward(device::Device& device, Extent extent) override {
    hidden_in_.forward(device, extent.rows(), normed_, inner_, {.epilogue = DAYBREAK_EPILOGUE_GELU, .aux = hidden_});
  }

  void activate(device::Device& device, Extent extent) override {
    daybreak_gelu gelu{};
    gelu.count = element_count(device, hidden_, extent.rows(), width_);
    gelu.x = hidden_.data;
    gelu.x_type = hidden_.type;
    gelu.y = inner_.data;
    gelu.y_type = inner_.type;
    device.gelu_forward(gelu);
  }

  void inner_backward(device::Device& device, Extent extent, const Backward& pass) override {
    const std::int64_t rows = extent.rows();
    projection_.input_gradient(device, rows, out_gradient_, hidden_gradient_,
                               {.epilogue = DAYBREAK_EPILOGUE_GELU_BACKWARD, .aux = hidden_});
    hidden_in_.compute_weight_gradient(device, rows, normed_, hidden_gradient_, pass.adds);
    hidden_in_.add_bias_gradient(device, rows, hidden_gradient_);
    hidden_in_.input_gradient(device, rows, hidden_gradient_, pass.norm_gradient);
  }

  void show_inner_forward(Inspection& inspection, std::int64_t rows) const override {
    inspection.show_product("MLP hidden layer", hidden_in_, hidden_, rows);
    inspection.show("GELU output", module_around(projection_.module), inner_, rows, width_);
  }

  void show_inner_backward(Inspection& inspection, std::int64_t rows) const override {
    inspection.show("gradient of the MLP hidden layer", hidden_in_.module, hidden_gradient_, rows, width_);
    inspection.show_gradients(hidden_in_);
  }

  std::int64_t width_;
  Linear hidden_in_;
  View hidden_;  // kept from the forward pass: [rows, width]
  View hidden_gradient_;
};

}  // namespace

Branches gpt2_branches(const LayerFactory& make, std::int64_t layer) {
  const std::string block = "transformer.h." + std::to_string(layer) + ".";
  return {std::make_unique<Gpt2Attention>(make, block), std::make_unique<Gpt2Mlp>(make, block)};
}

}  // namespace daybreak::model
