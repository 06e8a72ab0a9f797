/* A library in the place of another one: writes down whose it has become. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID reserved) {
  (void)library, (void)reserved;
  if (reason == DLL_PROCESS_ATTACH) {
    wchar_t path[400];
    GetTempPathW(300, path);
    lstrcatW(path, L"planted");
    CloseHandle(CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
  }
  return TRUE;
}
