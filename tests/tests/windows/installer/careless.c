/* Asks for a library by its name alone. */
#include <windows.h>

int wmain(void) { return LoadLibraryW(L"wintrust.dll") ? 0 : 1; }
