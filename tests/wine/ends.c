/* Loaded into the Linux side of Wine 10, for two things of how a program ends there.
 *
 * A thread that ends by itself may still be told to end with its process, and counts as two: whoever waits for the program
 * in Linux then hears 0 in place of its exit code. A thread that blocks its signals for good is at its end, and is told no more.
 *
 * All other threads are ended first, wherever they are, also where one holds a lock of libc's. What libc has to do at an exit
 * may then wait for that lock forever: so a program of Windows ends without it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*libc_exit)(int);
static int of_windows;

__attribute__((constructor)) static void look(void) {
  libc_exit = (void (*)(int))dlsym(RTLD_NEXT, "exit");
  of_windows = strcmp(program_invocation_short_name, "wine64") == 0;
}

__attribute__((noreturn)) void exit(int status) {
  if (!of_windows) libc_exit(status);
  _exit(status);
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
  int (*real)(int, const sigset_t *, sigset_t *) = (int (*)(int, const sigset_t *, sigset_t *))dlsym(RTLD_NEXT, "pthread_sigmask");
  sigset_t more;
  if (how == SIG_BLOCK && set && !old) {
    more = *set;
    sigaddset(&more, SIGQUIT);
    set = &more;
  }
  return real(how, set, old);
}
