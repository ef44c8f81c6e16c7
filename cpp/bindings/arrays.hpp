// Between NumPy arrays and the views of the kernels.
#pragma once

#include "memory.hpp"
#include "views.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>

namespace nb = nanobind;

// Parameters: float64, C order. Rows: see rows_of. Neither is ever copied.
template <int Axes> using In = nb::ndarray<const double, nb::ndim<Axes>, nb::c_contig, nb::device::cpu>;
template <int Axes> using Out = nb::ndarray<double, nb::ndim<Axes>, nb::c_contig, nb::device::cpu>;
using Labels = nb::ndarray<long long, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using RowsArgument = nb::ndarray<nb::numpy, nb::ro, nb::ndim<2>, nb::device::cpu>;

inline mogul::Rows rows_of(const RowsArgument &rows) {
    const bool single = rows.dtype() == nb::dtype<float>();
    if (!single && rows.dtype() != nb::dtype<double>()) throw nb::type_error("rows must be float32 or float64.");
    const mogul::Index size = single ? 4 : 8;
    return {static_cast<const char *>(rows.data()),
            static_cast<mogul::Index>(rows.shape(0)),
            static_cast<mogul::Index>(rows.shape(1)),
            rows.stride(0) * size,
            rows.stride(1) * size,
            single};
}

// Lengths of at most four axes.
class Shape {
public:
    Shape(std::initializer_list<mogul::Index> lengths) : n_axes_(lengths.size()) {
        std::copy(lengths.begin(), lengths.end(), lengths_);
    }

    std::size_t size() const { return n_axes_; }
    const mogul::Index *begin() const { return lengths_; }
    const mogul::Index *end() const { return lengths_ + n_axes_; }

private:
    mogul::Index lengths_[4];
    std::size_t n_axes_;
};

inline std::string text_of(const mogul::Index *shape, std::size_t n) {
    std::string text = "(";
    for (std::size_t i = 0; i < n; ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + (n == 1 ? ",)" : ")");
}

template <class Array> void check_shape(const char *name, const Array &array, const Shape &expected) {
    mogul::Index shape[8] = {};
    for (std::size_t i = 0; i < array.ndim(); ++i) shape[i] = static_cast<mogul::Index>(array.shape(i));
    if (!std::equal(expected.begin(), expected.end(), shape, shape + array.ndim()))
        throw std::invalid_argument(std::string("Expected ") + name + " of shape " +
                                    text_of(expected.begin(), expected.size()) + ", got " +
                                    text_of(shape, array.ndim()) + ".");
}

template <class Array> void check_shape(const char *name, const std::optional<Array> &array, const Shape &expected) {
    if (array) check_shape(name, *array, expected);
}

template <class Array> auto data_of(const std::optional<Array> &array) { return array ? array->data() : nullptr; }

// An array that NumPy will own, zero at first.
template <class Item> class NewArray {
public:
    explicit NewArray(const Shape &shape) : n_axes_(shape.size()) {
        std::size_t n = 1;
        for (const mogul::Index length : shape) n *= static_cast<std::size_t>(length);
        std::transform(shape.begin(), shape.end(), shape_, [](mogul::Index i) { return static_cast<std::size_t>(i); });
        memory_ = mogul::aligned<Item>(static_cast<mogul::Index>(n));
        std::fill_n(memory_.get(), n, Item(0));
    }

    Item *data() { return memory_.get(); }

    nb::ndarray<nb::numpy, Item> to_numpy() {
        nb::capsule owner(memory_.get(), [](void *memory) noexcept { mogul::AlignedDelete()(memory); });
        return nb::ndarray<nb::numpy, Item>(memory_.release(), n_axes_, shape_, owner);
    }

private:
    mogul::Aligned<Item> memory_;
    std::size_t n_axes_, shape_[4];
};
