/* Stands before the C library's own getaddrinfo (LD_PRELOAD): writes down each name asked for, and knows none.
   Addresses in numbers are passed on: reading one asks nobody. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    struct addrinfo numbers_only = {0};
    if (hints)
        numbers_only = *hints;
    numbers_only.ai_flags |= AI_NUMERICHOST;
    lookup *system = (lookup *)dlsym(RTLD_NEXT, "getaddrinfo");
    int result = system(name, service, &numbers_only, found);
    if (result != EAI_NONAME)
        return result;

    const char *path = getenv("NAMES_ASKED_FOR");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) {
        fprintf(file, "%s\n", name);
        fclose(file);
    }
    return result;
}
