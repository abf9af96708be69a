#include "storage/arrow_io.hpp"

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include "storage/arrow_error.hpp"

namespace tarn::storage {

namespace {

// No exception of ours may pass through Arrow's code.
template <typename Work>
arrow::Status status_from(Work work) {
    try {
        work();
        return arrow::Status::OK();
    } catch (const Error& error) {
        return status_of(error);
    } catch (const std::bad_alloc&) {
        return arrow::Status::OutOfMemory("no memory left");
    }
}

class OutputStream : public arrow::io::OutputStream {
public:
    explicit OutputStream(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {
        set_mode(arrow::io::FileMode::WRITE);
    }

    using arrow::io::Writable::Write;
    arrow::Status Write(const void* data, int64_t size) override {
        if (closed()) return arrow::Status::Invalid("write to a closed stream");
        auto status = status_from([&] {
            writer_->write({static_cast<const std::byte*>(data), static_cast<size_t>(size)});
        });
        if (status.ok()) position_ += size;
        return status;
    }

    arrow::Status Close() override {
        if (closed()) return arrow::Status::OK();
        auto writer = std::move(writer_);
        return status_from([&] { writer->close(); });
    }

    arrow::Status Abort() override {
        writer_.reset();
        return arrow::Status::OK();
    }

    arrow::Result<int64_t> Tell() const override { return position_; }
    bool closed() const override { return writer_ == nullptr; }

private:
    std::unique_ptr<Writer> writer_;
    int64_t position_ = 0;
};

class InputFile : public arrow::io::RandomAccessFile {
public:
    explicit InputFile(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {
        set_mode(arrow::io::FileMode::READ);
    }

    arrow::Result<int64_t> GetSize() override { return reader_->size(); }

    arrow::Result<int64_t> ReadAt(int64_t position, int64_t size, void* into) override {
        if (is_closed_ || position < 0 || size < 0) {
            return arrow::Status::Invalid("read of ", size, " bytes at ", position,
                                          is_closed_ ? " of a closed file" : "");
        }
        int64_t got = 0;
        ARROW_RETURN_NOT_OK(status_from([&] {
            std::span<std::byte> bytes(static_cast<std::byte*>(into), static_cast<size_t>(size));
            got = static_cast<int64_t>(reader_->read_at(position, bytes));
        }));
        return got;
    }

    arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t size) override {
        ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::ResizableBuffer> buffer,
                              arrow::AllocateResizableBuffer(std::max<int64_t>(size, 0)));
        ARROW_ASSIGN_OR_RAISE(int64_t got, ReadAt(position, size, buffer->mutable_data()));
        ARROW_RETURN_NOT_OK(buffer->Resize(got));
        return buffer;
    }

    arrow::Result<int64_t> Read(int64_t size, void* into) override {
        ARROW_ASSIGN_OR_RAISE(int64_t got, ReadAt(position_, size, into));
        position_ += got;
        return got;
    }

    arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size) override {
        ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, size));
        position_ += buffer->size();
        return buffer;
    }

    arrow::Status Seek(int64_t position) override {
        if (position < 0) return arrow::Status::Invalid("seek to ", position);
        position_ = position;
        return arrow::Status::OK();
    }

    arrow::Status Close() override {
        is_closed_ = true;
        return arrow::Status::OK();
    }

    arrow::Result<int64_t> Tell() const override { return position_; }
    bool closed() const override { return is_closed_; }

private:
    std::unique_ptr<Reader> reader_;
    int64_t position_ = 0;
    bool is_closed_ = false;
};

}  // namespace

std::shared_ptr<arrow::io::OutputStream> arrow_output(std::unique_ptr<Writer> writer) {
    return std::make_shared<OutputStream>(std::move(writer));
}

std::shared_ptr<arrow::io::RandomAccessFile> arrow_input(std::unique_ptr<Reader> reader) {
    return std::make_shared<InputFile>(std::move(reader));
}

}  // namespace tarn::storage
