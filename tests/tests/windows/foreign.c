/* foreign PIPE: makes a pipe that everybody may open, as another program may make one by the agent's name before the agent does.
   Prints "made"; then, of each program that comes, how many bytes it has said until it went. */
#include <windows.h>
#include <sddl.h>
#include <stdio.h>

int main(int count, char **words) {
    SECURITY_ATTRIBUTES everybody = {sizeof everybody, NULL, FALSE};
    char heard[4096];
    HANDLE pipe;
    if (count != 2 || !ConvertStringSecurityDescriptorToSecurityDescriptorA("D:(A;;GA;;;WD)", SDDL_REVISION_1,
                                                                            &everybody.lpSecurityDescriptor, NULL))
        return 1;
    pipe = CreateNamedPipeA(words[1], PIPE_ACCESS_DUPLEX, 0, 1, sizeof heard, sizeof heard, 0, &everybody);
    if (pipe == INVALID_HANDLE_VALUE)
        return 1;
    puts("made");
    fflush(stdout);
    for (;;) {
        DWORD said = 0, more;
        if (!ConnectNamedPipe(pipe, NULL) && GetLastError() != ERROR_PIPE_CONNECTED)
            return 1;
        while (ReadFile(pipe, heard, sizeof heard, &more, NULL))
            said += more;
        printf("%lu bytes\n", said);
        fflush(stdout);
        DisconnectNamedPipe(pipe);
    }
}
