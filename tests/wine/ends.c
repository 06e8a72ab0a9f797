/* Loaded into the Linux side of Wine 10. There a thread that ends by itself may still be told to end with its process, and
 * counts as two: when a program ends, whoever waits for it in Linux then hears 0 in place of its exit code. A thread that
 * blocks its signals for good is at its end, and is told no more. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>

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
