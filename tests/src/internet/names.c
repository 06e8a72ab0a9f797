/* Stands before the C library's own getaddrinfo (LD_PRELOAD): writes down each name asked for, and knows none. */

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    (void)service, (void)hints, (void)found;
    const char *path = getenv("NAMES_ASKED_FOR");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) {
        fprintf(file, "%s\n", name ? name : "");
        fclose(file);
    }
    return EAI_NONAME;
}
