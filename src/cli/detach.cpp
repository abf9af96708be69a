#include "cli/detach.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"

namespace tarn::cli {
namespace {

void leave_terminal() {
    int nowhere = open("/dev/null", O_RDWR);
    for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
    close(nowhere);
}

// The child's side. Errors are printed where the parent's are, since both still share a terminal.
[[noreturn]] void run_child(const std::function<void(const std::function<void()>&)>& work,
                            int to_parent) {
    setsid();
    auto ready = [to_parent] {
        char done = 1;
        ssize_t written = write(to_parent, &done, 1);
        close(to_parent);
        // A parent that was interrupted no longer reads; the child goes on all the same.
        static_cast<void>(written);
        leave_terminal();
    };
    ExitCode code = ExitOk;
    try {
        work(ready);
    } catch (const Error& error) {
        Terminal().error(error.what(), error.hint());
        code = exit_code_of(error.code());
    }
    // Not exit(): what the parent has registered to run at its end is not the child's to run.
    _exit(code);
}

}  // namespace

int detach(const std::function<void(const std::function<void()>& ready)>& work) {
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
        throw Error(ErrorCode::Unavailable, "cannot make a pipe: {}", std::strerror(errno));
    }
    pid_t child = fork();
    if (child < 0) throw Error(ErrorCode::Unavailable, "cannot fork: {}", std::strerror(errno));
    if (child == 0) {
        close(pipe_ends[0]);
        run_child(work, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    char done = 0;
    ssize_t got = read(pipe_ends[0], &done, 1);
    close(pipe_ends[0]);
    if (got == 1) return ExitOk;
    int state = 0;
    waitpid(child, &state, 0);
    return WIFEXITED(state) ? WEXITSTATUS(state) : ExitFailed;
}

}  // namespace tarn::cli
