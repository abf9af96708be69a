#include <unistd.h>

#include "cli/commands.hpp"

int main(int count, char** words) {
    return tarn::cli::run(count, words, environ);
}
